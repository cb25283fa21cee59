#include "why.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "dsn/diagnostic.h"
#include "dsn/verdict.h"
#include "records/object.h"

using namespace hagaki;

namespace {

/// One question to the rules and what came of it.
struct Asked {
  std::string_view who;  ///< the recipient; empty for a line
  std::string_view file;
  reason::Said said;
  reason::Why why;
  std::string_view reason;  ///< in the end
  bool hard = false;
};

/// Who gave the reason in the end.
bool rules_decided(const Asked& asked) {
  return asked.reason == asked.why.verdict.reason;
}

std::vector<std::string> words_of(const reason::Why& why) {
  std::vector<std::string> words;
  for (const auto& [begin, end] : why.words) words.push_back(why.text.substr(begin, end - begin));
  return words;
}

std::string json_line(const Asked& asked) {
  const auto& why = asked.why;
  records::Object out;
  out.add("type", "why").add("v", 1).add("email", asked.who).add("file", asked.file);
  if (asked.said.code != 0) out.add("code", asked.said.code);
  out.add("status", asked.said.status)
      .add("phase", asked.said.phase)
      .add("host", asked.said.host)
      .add("text", why.text)
      .add("reason", asked.reason)
      .add("hard", asked.hard);
  if (!rules_decided(asked)) out.add("rules_reason", why.verdict.reason);
  if (why.rule != nullptr) {
    out.add("rule", why.rule->id).add("pattern", why.pattern);
    if (!why.words.empty()) out.add("words", words_of(why));
    out.add("source", why.rule->source);
  }
  std::vector<records::Object> others;
  for (const auto* rule : why.others) {
    others.emplace_back();
    others.back().add("rule", rule->id).add("reason", rule->reason);
  }
  if (!others.empty()) out.add("others", others);
  return out.line();
}

/// The text with the words that matched marked, by colour where there is one.
std::string marked(const reason::Why& why, bool color) {
  const std::string_view text = why.text;
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : why.words) {
    out += printable(text.substr(at, begin - at));
    const auto words = printable(text.substr(begin, end - begin));
    out += color ? "\x1b[1m" + words + "\x1b[0m" : "[[" + words + "]]";
    at = end;
  }
  return out + printable(text.substr(at));
}

std::string listed(std::string_view name, const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) {
    out += out.empty() ? fmt::format("; {} ", name) : std::string(" or ");
    out += value.empty() ? "unknown" : value;
  }
  return out;
}

/// What a rule asks for: the pattern that held, and its other conditions.
std::string conditions(const reason::Why& why) {
  const auto& rule = *why.rule;
  std::string out;
  if (!why.pattern.empty()) out += fmt::format("; words \"{}\"", why.pattern);
  out += listed("code", rule.code) + listed("status", rule.status) + listed("phase", rule.phase) +
         listed("host", rule.host);
  return out.substr(2);
}

std::string or_dash(std::string_view value) {
  return value.empty() ? "-" : printable(value);
}

std::string paragraph(const Asked& asked, bool color) {
  const auto& why = asked.why;
  const auto& said = asked.said;
  std::string out;
  if (!asked.who.empty() || !asked.file.empty()) {
    out += or_dash(asked.who);
    if (!asked.file.empty()) out += fmt::format("  ({})", printable(asked.file));
    out += '\n';
  }
  out += fmt::format("  asked   code {}, status {}, phase {}, host {}\n",
                     said.code == 0 ? "-" : std::to_string(said.code), or_dash(said.status),
                     or_dash(said.phase), or_dash(said.host));
  out += fmt::format("  text    {}\n", marked(why, color));
  out += fmt::format("  reason  {}{}\n", asked.reason, asked.hard ? ", hard" : "");
  if (!rules_decided(asked)) {
    out += fmt::format("  by      the kind of notice; the rules said {}\n", why.verdict.reason);
  }
  if (why.rule == nullptr) {
    out += "  rule    none holds\n";
  } else {
    out += fmt::format("  rule    {}: {}\n", why.rule->id, conditions(why));
    out += fmt::format("  source  {}\n", why.rule->source);
  }
  std::string others;
  for (const auto* rule : why.others) {
    others += fmt::format("{}{} ({})", others.empty() ? "" : ", ", rule->id, rule->reason);
  }
  if (!others.empty()) out += fmt::format("  behind  {}\n", others);
  return out + '\n';
}

void append(const Asked& asked, const Style& style, std::string& out) {
  if (style.json) {
    out.append(json_line(asked)).push_back('\n');
  } else {
    out += paragraph(asked, style.color);
  }
}

/// "Subject: text": a header field (RFC 5322 §2.2), or the line before an mbox's mail.
bool begins_mail(std::string_view line) {
  const auto colon = line.find(':');
  const auto blank = line.find_first_of(" \t");
  return line.starts_with("From ") ||
         (colon != std::string_view::npos && colon > 0 && colon < blank);
}

/// A field of a delivery status (RFC 3464 §2) but the one that holds words.
bool is_status_field(std::string_view line) {
  constexpr std::string_view kFields[] = {"reporting-mta:",
                                          "arrival-date:",
                                          "received-from-mta:",
                                          "original-envelope-id:",
                                          "final-recipient:",
                                          "original-recipient:",
                                          "action:",
                                          "status:",
                                          "remote-mta:",
                                          "last-attempt-date:",
                                          "final-log-id:",
                                          "will-retry-until:"};
  return std::any_of(std::begin(kFields), std::end(kFields),
                     [&](auto field) { return ascii_istarts_with(line, field); });
}

constexpr std::string_view kWords = "diagnostic-code:";

/// Replies, one in a line; a line that begins with a blank goes on with the one before.
std::vector<std::string> replies_in(std::string_view text) {
  std::vector<std::string> replies;
  for (const auto raw : split(text, '\n')) {
    const auto line = trim(raw);
    if (line.empty()) continue;
    if (is_blank(raw.front()) && !replies.empty()) {
      replies.back().append(" ").append(line);
    } else {
      replies.emplace_back(line);
    }
  }
  std::erase_if(replies, [](const std::string& reply) { return is_status_field(reply); });
  for (auto& reply : replies) {
    if (ascii_istarts_with(reply, kWords)) reply = trim(reply.substr(kWords.size()));
  }
  return replies;
}

}  // namespace

void append_why(const dsn::Report& report, std::string_view file, const Tables& tables,
                const Style& style, std::string& out) {
  if (report.kind != dsn::Kind::Bounce) {
    if (!style.json) {
      out += fmt::format("{}\n  no bounce: rules are not asked\n\n", or_dash(file));
    }
    return;
  }
  for (const auto& r : report.recipients) {
    if (dsn::is_success(r)) continue;
    Asked asked;
    asked.who = r.email;
    asked.file = file;
    asked.said = dsn::said_of(r, dsn::quote_in(r.diagnostic).reply);
    asked.why = tables.rules.explain(asked.said);
    asked.reason = r.reason;
    asked.hard = r.hard;
    append(asked, style, out);
  }
}

bool are_replies(std::string_view bytes) {
  const auto line = bytes.substr(0, bytes.find_first_of("\r\n"));
  if (trim(line).empty() || line.front() == '{' || line.starts_with("From ")) return false;
  if (ascii_istarts_with(line, kWords) || is_status_field(line)) return true;
  // Another line out of a report may look like a mail's field, but no body follows.
  const auto block = trim(bytes);
  return !begins_mail(line) || (block.find("\n\n") == std::string_view::npos &&
                                block.find("\n\r\n") == std::string_view::npos &&
                                ascii_ifind(block, "\nfrom:") == std::string_view::npos);
}

void append_why_of_replies(std::string_view lines, const Tables& tables, const Style& style,
                           std::string& out) {
  for (const auto& line : replies_in(lines)) {
    dsn::Recipient r;
    const auto reply = dsn::learn_from(line, r);
    Asked asked;
    asked.said = dsn::said_of(r, reply);
    asked.why = tables.rules.explain(asked.said);
    asked.reason = asked.why.verdict.reason;
    asked.hard = asked.why.verdict.hard;
    append(asked, style, out);
  }
}
