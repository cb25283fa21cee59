// What holds for every reply that is judged: see require() for each promise. The input's first four
// lines are code, enhanced status code, phase and host, the rest is the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "check.h"
#include "dsn/diagnostic.h"
#include "reason/judge.h"
#include "reason/text.h"

using namespace hagaki;

namespace {

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

void check_verdict(const reason::Rules& rules, const reason::Said& said) {
  const auto verdict = rules.judge(said);
  require(reason::is_reason(verdict.reason), "reason is a word of the taxonomy");
  require(!verdict.hard || reason::is_hard(verdict.reason), "hard only for dead addresses");
  const auto& rows = rules.rows();
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const auto& rule) { return rule.id == verdict.rule; });
  require(verdict.rule.empty() == (row == rows.end()), "the rule that decided is a row");
  if (row != rows.end()) require(row->reason == verdict.reason, "and its reason was given");

  const auto again = rules.judge(said);
  require(again.reason == verdict.reason && again.rule == verdict.rule, "same words, same verdict");
  std::string shouted(said.text);
  for (char& c : shouted) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  auto loud = said;
  loud.text = shouted;
  require(rules.judge(loud).rule == verdict.rule, "case means nothing");
}

void check_words(std::string_view text) {
  const auto codes = dsn::find_codes(text);
  require(codes.code == 0 || (codes.code >= 400 && codes.code <= 599), "code is 400 to 599");
  require(codes.status.empty() || dsn::is_enhanced_status(codes.status), "status is a status");
  const auto quote = dsn::quote_in(text);
  require(inside(codes.status, text) && inside(quote.host, text) && inside(quote.reply, text) &&
              inside(dsn::leading_status(text), text),
          "what is found views into the text");
  require(reason::see(text).bytes.size() <= 4 * limits::kDiagnostic, "what rules see is bounded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  check_words(rest);
  // A table of rules of one's own may be anything, too.
  if (rest.starts_with('{')) {
    if (const auto rules = reason::Rules::parse(rest)) {
      check_verdict(*rules, {550, "5.1.1", "no such user", "rcpt", "mx.example.jp"});
    }
    return 0;
  }
  reason::Said said;
  said.code = static_cast<int>(parse_unsigned(take_line(rest), 999).value_or(0));
  said.status = take_line(rest);
  said.phase = take_line(rest);
  said.host = take_line(rest);
  said.text = rest;
  check_verdict(reason::Rules::embedded(), said);
  // A mailbox whose name stands in the text.
  const auto word = rest.substr(rest.find_first_of("'\"/<(`") + 1);
  said.recipient = word.substr(0, word.find_first_of("'\"/>) "));
  check_verdict(reason::Rules::embedded(), said);
  require(reason::see(rest, said.recipient).bytes.size() <= 4 * limits::kDiagnostic,
          "what rules see is bounded with a mailbox, too");
  return 0;
}
