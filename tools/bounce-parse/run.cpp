#include "run.h"

#include <algorithm>

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
  bool too_large = false;
  const auto bad = [&](const Error& error) {
    log.error(error.text());
    (error.code == ErrorCode::Limit ? too_large : unopened) = true;
  };
  const auto mail = [&](std::string_view bytes, const std::string& file) {
    const auto report =
        dsn::read_report(mime::Message::parse(bytes), tables.rules, tables.dialects);
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
  if (unopened) return from_stdin ? Exit::TempFail : Exit::NoInput;
  return too_large && !from_stdin ? Exit::Data : Exit::Ok;
}
