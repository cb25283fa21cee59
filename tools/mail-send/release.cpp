#include "release.h"

#include <filesystem>

#include "store/receivers.h"

using namespace hagaki;
using cli::Exit;

Exit release(const Options& options, cli::Log& log) {
  const auto path = beside_journal(options, kReceiversFile);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    log.error("no receiver is held: there is no " + path);
    return Exit::No;
  }
  auto receivers = store::Receivers::open(path);
  if (!receivers) {
    log.error(receivers.error().text());
    return cli::exit_for(receivers.error().code);
  }
  auto end = Exit::Ok;
  for (const auto& name : options.release) {
    const auto done = receivers->release(name, now());
    if (!done) {
      log.error(done.error().text());
      return cli::exit_for(done.error().code);
    }
    if (*done) {
      log.note(name + " is released");
    } else {
      log.error(name + " is not held");
      end = Exit::No;
    }
  }
  const auto held = receivers->held(now());
  if (!held) {
    log.error(held.error().text());
    return cli::exit_for(held.error().code);
  }
  for (const auto& row : *held) {
    std::string line = "still held until " + format_rfc3339(row.hold.until) + ": " + row.receiver;
    if (!row.campaign.empty()) line += ", campaign " + row.campaign;
    log.note(line + " (" + std::string(rules::hold_name(row.hold.kind)) + ")");
  }
  return end;
}
