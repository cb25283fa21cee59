#include "cli/exit.h"

#include "cli/log.h"
#include "cli/output.h"

namespace hagaki::cli {

Exit exit_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::Syntax:
    case ErrorCode::Limit:
      return Exit::Data;
    case ErrorCode::Io:
      return Exit::Io;
    case ErrorCode::NotFound:
    case ErrorCode::Unopened:
      return Exit::NoInput;
    case ErrorCode::Unsupported:
    case ErrorCode::Protocol:
      return Exit::Unavailable;
    case ErrorCode::Config:
      return Exit::Config;
    case ErrorCode::Retry:
      return Exit::TempFail;
    case ErrorCode::Denied:
      return Exit::NoPerm;
  }
  return Exit::Software;
}

Exit written(const Output& out, Log& log, Exit exit) {
  if (out.failure().empty()) return exit;
  log.error("standard output: " + out.failure());
  return Exit::Io;
}

}  // namespace hagaki::cli
