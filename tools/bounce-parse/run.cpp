#include "run.h"

#include <algorithm>
#include <string>

#include "dsn/read.h"
#include "mails.h"
#include "mime/reader.h"

using namespace hagaki;
using cli::Exit;

Exit run(const Options& options, const Tables& tables, ReportWriter& writer, cli::Output& out,
         cli::Log& log) {
  const std::vector<std::string> inputs =
      options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs;
  const bool from_stdin = std::find(inputs.begin(), inputs.end(), "-") != inputs.end();
  bool unopened = false;
  bool incomplete = false;
  const auto bad = [&](const Error& error) {
    log.error(error.text());
    (error.code == ErrorCode::Limit ? incomplete : unopened) = true;
  };
  const auto mail = [&](std::string_view bytes, const std::string& file) {
    const auto message = mime::Message::parse(bytes);
    if (message.limited()) {
      log.warning((file == "-" ? "stdin" : file) + ": beyond the reader's limits, read in part");
      incomplete = true;
    }
    const auto report = dsn::read_report(message, tables.rules, tables.dialects);
    return writer.add(report, file == "-" ? std::string_view() : std::string_view(file));
  };
  bool writing = true;
  for (const auto& input : inputs) {
    const auto files = list_files(input);
    if (!files) {
      bad(files.error());
      continue;
    }
    for (const auto& file : *files) {
      writing = writing && read_mails(file, mail, bad);
    }
  }
  writing = writing && writer.finish();
  if (!writing && !out.closed()) {
    log.error("stdout: " + out.failure());
    return from_stdin ? Exit::TempFail : Exit::Io;
  }
  // A mail system hands over one mail, and some take any word for a failure.
  const bool handed_over = options.inputs.empty() && writer.mails() == 1;
  if (writing && !writer.has_summary() && !handed_over) {
    log.note(std::to_string(writer.mails()) + " mails, " + std::to_string(writer.reports()) +
             " reports");
  }
  if (unopened) return from_stdin ? Exit::TempFail : Exit::NoInput;
  return incomplete && !from_stdin ? Exit::Data : Exit::Ok;
}
