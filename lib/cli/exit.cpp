#include "cli/exit.h"

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

}  // namespace hagaki::cli
