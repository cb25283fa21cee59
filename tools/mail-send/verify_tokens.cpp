#include "verify_tokens.h"

#include <istream>

#include <fmt/core.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/input.h"
#include "records/line_writer.h"

using namespace hagaki;
using cli::Exit;

namespace {

constexpr std::size_t kLine = 64u << 10;

/// Reads a line of at most kLine octets; what is longer is cut there. False at the end.
bool next_line(std::istream& in, std::string& line) {
  line.clear();
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') return true;
    if (line.size() < kLine) line.push_back(static_cast<char>(c));
  }
  return !line.empty();
}

class Verifier {
 public:
  Verifier(const unsubscribe::Keys& keys, cli::Output& out, cli::Log& log)
      : keys_(keys), out_(out), log_(log) {}

  /// False when nobody reads the records any more.
  bool verify(std::string_view text, const std::string& where) {
    any_ = true;
    const auto leave = keys_.find(text);
    if (!leave) {
      log_.error(where + ": " + leave.error().text());
      all_good_ = false;
      return true;
    }
    record_.clear();
    records::LineWriter line(record_);
    line.add("type", "unsubscribe")
        .add("v", 1)
        .add("email", leave->recipient.text())
        .add("time", now())
        .add("campaign", leave->campaign)
        .add("valid", true)
        .add("domain", leave->recipient.domain().ascii());
    line.end();
    return out_.write_line(record_);
  }

  /// False as verify(), and where reading fails.
  bool verify_input() {
    const auto input = cli::open_input("-");
    std::string line;
    for (std::uint64_t number = 1; next_line(*input->stream, line); ++number) {
      if (trim(line).empty()) continue;
      // Whoever waits for the answer at the other end gets it line by line.
      if (!verify(line, fmt::format("stdin:{}", number)) || !out_.flush()) return false;
    }
    if (!input->stream->bad()) return true;
    log_.error("stdin: reading failed");
    return false;
  }

  [[nodiscard]] bool all_good() const { return all_good_; }
  [[nodiscard]] bool any() const { return any_; }

 private:
  const unsubscribe::Keys& keys_;
  cli::Output& out_;
  cli::Log& log_;
  std::string record_;
  bool all_good_ = true;
  bool any_ = false;
};

}  // namespace

Exit verify_tokens(const std::vector<std::string>& tokens, const unsubscribe::Keys& keys,
                   cli::Output& out, cli::Log& log) {
  Verifier verifier(keys, out, log);
  bool whole = true;
  if (tokens.empty()) whole = verifier.verify_input();
  for (std::size_t i = 0; whole && i < tokens.size(); ++i) {
    whole = tokens[i] == "-" ? verifier.verify_input()
                             : verifier.verify(tokens[i], fmt::format("token {}", i + 1));
  }
  whole = out.flush() && whole;
  if (out.closed()) return Exit::Ok;
  if (!whole) return cli::written(out, log, Exit::Io);
  if (!verifier.any()) log.error("there is nothing to verify");
  return verifier.any() && verifier.all_good() ? Exit::Ok : Exit::No;
}
