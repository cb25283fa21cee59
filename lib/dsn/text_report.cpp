#include "dsn/text_report.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

bool is_local_char(char c) {
  constexpr std::string_view kSpecials = ".!#$%&'*+/=?^_`{|}~-";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c & 0x80) != 0 || kSpecials.find(c) != std::string_view::npos;
}

bool is_domain_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_' || (c & 0x80) != 0;
}

/// Length of the mail address that `s` begins with, or 0.
std::size_t address_length(std::string_view s) {
  std::size_t i = 0;
  if (s.starts_with('"')) {
    for (i = 1; i < s.size() && s[i] != '"'; ++i) {
      if (s[i] == '\\') ++i;
    }
    ++i;
  } else {
    while (i < s.size() && is_local_char(s[i])) ++i;
  }
  if (i == 0 || i >= s.size() || s[i] != '@') return 0;
  const std::size_t domain = ++i;
  while (i < s.size() && is_domain_char(s[i])) ++i;
  while (i > domain && (s[i - 1] == '.' || s[i - 1] == '-')) --i;
  return i > domain ? i : 0;
}

/// Drops a reply code and an enhanced code that a line begins with.
std::string_view without_codes(std::string_view line) {
  if (line.size() > 4 && (line[0] == '4' || line[0] == '5') && line[1] >= '0' && line[1] <= '9' &&
      line[2] >= '0' && line[2] <= '9' && (line[3] == ' ' || line[3] == '-')) {
    line = trim(line.substr(4));
    line.remove_prefix(leading_status(line).size());
    line = trim(line);
  }
  return line;
}

/// Words that may stand before an address at the head of a line.
std::string_view without_label(std::string_view line) {
  constexpr std::string_view kLabels[] = {"recipient address:",
                                          "failed recipient:",
                                          "final-recipient:",
                                          "recipient:",
                                          "recipients:",
                                          "failed address:",
                                          "address:",
                                          "rcpt to:",
                                          "to address:",
                                          "intended recipient:",
                                          "user:",
                                          "unknown user:",
                                          "user unknown:",
                                          "invalid recipient:",
                                          "could not be delivered to:",
                                          "failed to deliver to",
                                          "unable to deliver to:",
                                          "delivery failed:",
                                          "mailto:",
                                          "invalid user:",
                                          "no such user:",
                                          "email address:",
                                          "e-mail address:",
                                          "宛先:",
                                          "宛先：",
                                          "宛先アドレス:",
                                          "受信者:",
                                          "failed for:",
                                          "recipient(s):",
                                          "undeliverable to",
                                          "rcpt:",
                                          "unable to deliver message to",
                                          "user mailbox exceeds allowed size:",
                                          "user mailbox exceeds allowed size: "};
  while (!line.empty() && std::string_view("*->|").find(line.front()) != std::string_view::npos) {
    line = trim(line.substr(1));
  }
  if (line.starts_with("•")) line = trim(line.substr(std::string_view("•").size()));
  for (const auto label : kLabels) {
    if (ascii_istarts_with(line, label)) return trim(line.substr(label.size()));
  }
  return line;
}

struct Head {
  std::string address;
  std::string_view rest;
};

/// The address that a line begins with, bare or in brackets or quotes, and what follows it.
std::optional<Head> head_of(std::string_view line) {
  line = without_label(without_codes(trim(line)));
  if (ascii_istarts_with(line, "rfc822;")) line = trim(line.substr(7));
  char closing = 0;
  if (!line.empty()) {
    if (line.front() == '<') closing = '>';
    if (line.front() == '(') closing = ')';
    if (line.front() == '[') closing = ']';
    if (line.front() == '\'') closing = '\'';
    if (line.front() == '"' && line.substr(1).find('"') > line.find('@')) closing = '"';
  }
  if (closing != 0) line = trim(line.substr(1));
  if (ascii_istarts_with(line, "mailto:")) line.remove_prefix(7);
  const auto length = address_length(line);
  if (length == 0) return std::nullopt;
  Head head{std::string(line.substr(0, length)), line.substr(length)};
  if (closing != 0) {
    if (!head.rest.starts_with(closing)) return std::nullopt;
    head.rest.remove_prefix(1);
  }
  if (head.rest.starts_with('>')) head.rest.remove_prefix(1);
  // "user@example.jp<mailto:user@example.jp>" as some mailers write links.
  if (head.rest.starts_with("<mailto:")) {
    const auto end = head.rest.find('>');
    head.rest.remove_prefix(end == std::string_view::npos ? head.rest.size() : end + 1);
  }
  return head;
}

/// The address behind "expanded from", "generated from" and the like.
std::string origin_of(std::string_view line) {
  for (const std::string_view mark : {"expanded from", "generated from", "forwarded from"}) {
    const auto at = ascii_ifind(line, mark);
    if (at == std::string_view::npos) continue;
    auto rest = line.substr(at + mark.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" :<\"'"), rest.size()));
    return std::string(rest.substr(0, address_length(rest)));
  }
  return {};
}

class Walker {
 public:
  /// `preamble`: the words before the first recipient belong to all.
  explicit Walker(bool preamble) : preamble_(preamble) {}

  void line(std::string_view raw) {
    const auto text = trim(raw);
    if (text.empty()) return;
    if (text.starts_with(">>> ")) return command(text.substr(4));
    if (text.starts_with("<<< ")) return reply(text.substr(4));
    if (const auto at = ascii_ifind(text, "while talking to "); at != std::string_view::npos) {
      host_ = find_remote_host(text);
      dialogue_ = npos;
      common_reply_.clear();
      return;
    }
    if (const auto head = head_of(text)) {
      if (current_ != npos && ascii_iequals(named_[current_].address, head->address)) {
        add(current_, text);  // the reply itself names the recipient once more
        return;
      }
      current_ = index_of(head->address);
      auto rest = trim(head->rest);
      while (!rest.empty() && (rest.front() == ':' || rest.front() == '.' || rest.front() == ',')) {
        rest = trim(rest.substr(1));
      }
      if (auto origin = origin_of(rest); !origin.empty()) named_[current_].original = origin;
      // The codes before a head ("550 5.1.1 <user>... no") are words as well, unless the server's
      // own reply follows ("554 <user>... 550 Host unknown").
      const auto body = without_codes(text);
      while (rest.starts_with("...")) rest = trim(rest.substr(3));
      const bool has_reply = rest.size() > 3 && without_codes(rest).size() < rest.size();
      auto& reply = replies_[current_];
      if (reply.empty() && !has_reply) {
        reply = common_reply_;
        if (!reply.empty()) named_[current_].phase = common_phase_;
      }
      if (!has_reply) {
        // What a local program said stands above the line that names the recipient.
        if (transcript_) append(reply, section_);
        add(current_, text.substr(0, text.size() - body.size()));
      }
      section_.clear();
      add(current_, rest);
      return;
    }
    if (auto origin = origin_of(text);
        !origin.empty() && current_ != npos && named_[current_].original.empty()) {
      named_[current_].original = std::move(origin);
      return;
    }
    if (text.starts_with("-----")) {  // a new section
      transcript_ = ascii_ifind(text, "transcript") != std::string_view::npos;
      section_.clear();
      if (current_ != npos) {
        current_ = npos;
        return;
      }
    }
    if (current_ != npos) {
      add(current_, text);
    } else {
      append(common_, text);
      append(section_, text);
    }
  }

  std::vector<Named> finish() {
    for (std::size_t i = 0; i < named_.size(); ++i) {
      auto& n = named_[i];
      std::string words = replies_[i];
      if (words.empty() && find_codes(n.words).code == 0 && !common_reply_.empty()) {
        words = common_reply_;
        if (n.phase.empty()) n.phase = common_phase_;
      }
      if (preamble_ || (words.empty() && trim(n.words).empty())) append(words, common_);
      append(words, n.words);
      n.words = squeeze(words);
      if (n.host.empty()) n.host = host_;
    }
    return std::move(named_);
  }

 private:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  static void append(std::string& words, std::string_view more) {
    if (more.empty() || words.size() > limits::kDiagnostic * 2) return;
    if (!words.empty()) words.push_back('\n');
    words.append(utf8_prefix(more, limits::kDiagnostic * 2));
  }

  void add(std::size_t index, std::string_view words) { append(named_[index].words, words); }

  std::size_t index_of(const std::string& address) {
    std::string key = ascii_lower(address);
    if (const auto it = index_.find(key); it != index_.end()) return it->second;
    if (named_.size() >= kMaxRecipients) return named_.size() - 1;
    index_.emplace(std::move(key), named_.size());
    named_.push_back({address, {}, {}, {}, {}});
    replies_.emplace_back();
    return named_.size() - 1;
  }

  void command(std::string_view text) {
    dialogue_ = npos;
    phase_ = ascii_istarts_with(text, "rcpt")   ? "rcpt"
             : ascii_istarts_with(text, "mail") ? "mail"
             : ascii_istarts_with(text, "data") ? "data"
             : ascii_istarts_with(text, ".")    ? "body"
                                                : "";
    if (phase_ == "rcpt") {
      if (const auto open = text.find('<'); open != std::string_view::npos) {
        const auto rest = text.substr(open + 1);
        if (const auto length = address_length(rest); length > 0) {
          dialogue_ = index_of(std::string(rest.substr(0, length)));
        }
      }
    }
  }

  void reply(std::string_view text) {
    if (dialogue_ != npos) {
      append(replies_[dialogue_], text);
      named_[dialogue_].phase = phase_;
      named_[dialogue_].host = host_;
    } else {
      append(common_reply_, text);
      common_phase_ = phase_;
    }
  }

  bool preamble_;
  std::vector<Named> named_;
  std::unordered_map<std::string, std::size_t> index_;  // into it, by address in lower case
  std::vector<std::string> replies_;                    // of the dialogue, by recipient
  std::string common_;                                  // before the first recipient
  std::string section_;                                 // of these, since the last rule of dashes
  bool transcript_ = false;                             // inside Sendmail's transcript
  std::string common_reply_;                            // replies that no recipient's RCPT got
  std::string common_phase_;
  std::string host_;
  std::string phase_;
  std::size_t current_ = npos;
  std::size_t dialogue_ = npos;
};

std::string_view behind(std::string_view notice, const std::vector<std::string>& begin) {
  if (begin.empty()) return notice;
  const std::string lower = ascii_lower(notice);
  std::size_t first = std::string::npos;
  for (const auto& words : begin) {
    const auto at = lower.find(words);
    if (at != std::string::npos) first = std::min(first, at + words.size());
  }
  return first == std::string::npos ? notice : notice.substr(first);
}

/// Addresses inside sentences: such as stand behind RCPT TO or "to" first, then any.
std::vector<Named> read_sentences(std::string_view notice, const std::vector<std::string>& ours) {
  std::unordered_set<std::string> own;
  for (const auto& address : ours) own.insert(ascii_lower(address));
  std::optional<std::string> best;
  int best_trust = 0;
  for (std::size_t at = notice.find('@'); at != std::string_view::npos;
       at = notice.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_local_char(notice[begin - 1])) --begin;
    const auto length = address_length(notice.substr(begin));
    if (length == 0) continue;
    const auto address = notice.substr(begin, length);
    if (own.contains(ascii_lower(address)) || ascii_istarts_with(address, "postmaster@") ||
        ascii_istarts_with(address, "mailer-daemon@") || ascii_istarts_with(address, "support@") ||
        ascii_istarts_with(address, "abuse@")) {
      continue;
    }
    std::string_view before =
        notice.substr(begin > 40 ? begin - 40 : 0, std::min<std::size_t>(begin, 40));
    while (!before.empty() &&
           std::string_view("<\"'( \r\n\t").find(before.back()) != std::string_view::npos) {
      before.remove_suffix(1);
    }
    int trust = 1;
    if (ascii_iends_with(before, " to") || ascii_iends_with(before, "address") ||
        ascii_iends_with(before, "recipient") || ascii_iends_with(before, "user")) {
      trust = 2;
    }
    if (ascii_iends_with(before, "rcpt to:")) trust = 3;
    if (trust > best_trust) {
      best_trust = trust;
      best = std::string(address);
    }
  }
  if (!best) return {};
  return {Named{*best, {}, squeeze(notice.substr(0, limits::kDiagnostic * 2)), {}, {}}};
}

}  // namespace

std::vector<Named> read_text_report(std::string_view notice, const Dialect* dialect,
                                    const std::vector<std::string>& ours) {
  const auto body = dialect != nullptr ? behind(notice, dialect->begin) : notice;
  Walker walker(dialect != nullptr && dialect->preamble);
  mime::Lines lines(body);
  std::string_view line;
  while (lines.next(line)) walker.line(line);
  auto named = walker.finish();
  if (named.empty()) named = read_sentences(body, ours);
  if (named.empty()) named = read_sentences(notice, ours);
  return named;
}

}  // namespace hagaki::dsn
