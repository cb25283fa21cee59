#include "dsn/text_report.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/head.h"
#include "dsn/sentences.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view kTalking = "while talking to ";
constexpr std::size_t kMaxSpeaker = 40;  // before the arrows of a dialogue's line, bytes

class Walker {
 public:
  /// For the lines of `text`. `preamble`: the words before the first recipient belong to all.
  Walker(std::string_view text, const Phrases& phrases, bool preamble)
      : phrases_(phrases),
        preamble_(preamble),
        dialogue_lines_(text.find(">>> ") != npos || text.find("<<< ") != npos),
        talk_lines_(ascii_ifind(text, kTalking) != npos) {}

  void line(std::string_view raw) {
    const auto text = trim(raw);
    const bool joined = !blank_;  // no blank line stands before this one
    blank_ = text.empty();
    if (blank_) return;
    // Deeper than the line that names a recipient, and right below it, stands what was said of it.
    const std::size_t indent = raw.find_first_not_of(" \t");
    const bool belongs = joined && current_ != npos && indent > indent_;
    if (dialogue_lines_ && said(text, belongs)) return;
    if (talk_lines_ && ascii_ifind(text, kTalking) != npos) {
      host_ = quote_in(text).host;
      dialogue_ = npos;
      common_reply_.clear();
      return;
    }
    const bool has_address = text.find('@') != npos;
    const bool may_head = has_address && !belongs;
    if (const auto head = may_head ? head_of(text, phrases_) : std::nullopt) {
      indent_ = indent;
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
        add(current_, head->telling);
      }
      section_.clear();
      add(current_, rest);
      return;
    }
    if (has_address && current_ != npos && named_[current_].original.empty()) {
      if (auto origin = origin_of(text); !origin.empty()) {
        named_[current_].original = std::move(origin);
        return;
      }
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
      if (transcript_) append(section_, text);
    }
  }

  TextReport finish() {
    const bool cut = named_.size() > kMaxRecipients;
    if (cut) named_.pop_back();
    for (std::size_t i = 0; i < named_.size(); ++i) {
      auto& n = named_[i];
      std::string words = replies_[i];
      if (words.empty() && !common_reply_.empty() && find_codes(n.words).code == 0) {
        words = common_reply_;
        if (n.phase.empty()) n.phase = common_phase_;
      }
      if (words.empty() && transcript_ && find_codes(n.words).code == 0) words = section_;
      if (preamble_ || (words.empty() && trim(n.words).empty())) append(words, common_);
      append(words, n.words);
      n.words = squeeze(words);
      if (n.host.empty()) n.host = host_;
    }
    return {std::move(named_), cut};
  }

 private:
  /// Takes in a line of a dialogue: ">>> RCPT To", "<<< 550 no", and the other way round with words
  /// before ("Sent <<< RCPT TO").
  bool said(std::string_view text, bool belongs) {
    auto at = text.find(">>> ");
    if (at == npos) at = text.find("<<< ");
    if (at == npos || at > kMaxSpeaker) return false;
    const auto words = trim(text.substr(at + 4));
    if (words.size() >= 3 && words[0] >= '2' && words[0] <= '5' && without_codes(words) != words) {
      reply(words);
      return true;
    }
    if (is_command(words)) {
      command(words, belongs);
      return true;
    }
    if (text.starts_with("<<< ")) {  // no reply, but what happened instead of one
      reply(words);
      return true;
    }
    return false;
  }

  static void append(std::string& words, std::string_view more) {
    if (more.empty() || words.size() > limits::kDiagnostic * 2) return;
    if (!words.empty()) words.push_back('\n');
    words.append(utf8_prefix(more, limits::kDiagnostic * 2));
  }

  void add(std::size_t index, std::string_view words) { append(named_[index].words, words); }

  /// Those who are too many share one place, which nobody sees.
  std::size_t index_of(const std::string& address) {
    std::string key = ascii_lower(address);
    if (const auto it = index_.find(key); it != index_.end()) return it->second;
    if (named_.size() > kMaxRecipients) return kMaxRecipients;
    index_.emplace(std::move(key), named_.size());
    named_.push_back({address, {}, {}, {}, {}});
    replies_.emplace_back();
    return named_.size() - 1;
  }

  static bool is_command(std::string_view text) {
    constexpr std::string_view kCommands[] = {"RCPT", "MAIL", "DATA", "EHLO",    "HELO",
                                              "QUIT", "RSET", "AUTH", "STARTTLS"};
    const auto word = text.substr(0, text.find_first_of(" :\t"));
    if (ascii_iequals(word, "MAIL")) return ascii_istarts_with(trim(text.substr(4)), "from");
    return text == "." || std::any_of(std::begin(kCommands), std::end(kCommands),
                                      [&](auto c) { return ascii_iequals(word, c); });
  }

  /// The recipient of a RCPT command. A dialogue below the line that names somebody else is about
  /// where that mail was forwarded to.
  std::size_t asked(std::string address, bool belongs) {
    std::string key = ascii_lower(address);
    if (!belongs || index_.find(key) != index_.end() || !named_[current_].original.empty()) {
      return index_of(address);
    }
    named_[current_].original = std::exchange(named_[current_].address, std::move(address));
    index_.emplace(std::move(key), current_);
    return current_;
  }

  void command(std::string_view text, bool belongs) {
    dialogue_ = npos;
    // Sendmail shows DATA before it has read the replies to the RCPTs that it sent with it: what
    // follows may be said to either.
    phase_ = ascii_istarts_with(text, "rcpt")   ? "rcpt"
             : ascii_istarts_with(text, "mail") ? "mail"
             : ascii_istarts_with(text, ".")    ? "body"
                                                : "";
    if (phase_ == "rcpt") {
      if (const auto open = text.find('<'); open != std::string_view::npos) {
        const auto rest = text.substr(open + 1);
        if (const auto length = address_length(rest); length > 0) {
          dialogue_ = asked(std::string(rest.substr(0, length)), belongs);
        }
      }
    }
  }

  void reply(std::string_view text) {
    // Replies to DATA may come one for each recipient, and name it.
    if (dialogue_ == npos) {
      for (std::size_t i = text.find('<'); i != npos; i = text.find('<', i + 1)) {
        const auto length = address_length(text.substr(i + 1));
        const auto known = index_.find(ascii_lower(text.substr(i + 1, length)));
        if (length == 0 || known == index_.end()) continue;
        append(replies_[known->second], text);
        if (named_[known->second].phase.empty()) named_[known->second].phase = phase_;
        return;
      }
    }
    if (dialogue_ != npos) {
      append(replies_[dialogue_], text);
      named_[dialogue_].phase = phase_;
      named_[dialogue_].host = host_;
    } else {
      append(common_reply_, text);
      common_phase_ = phase_;
    }
  }

  const Phrases& phrases_;
  bool preamble_;
  bool dialogue_lines_;  // the text may have lines of a dialogue, or such as name its server
  bool talk_lines_;
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
  std::size_t indent_ = 0;  // of the line that named the current recipient
  bool blank_ = true;       // the line before was
  std::size_t current_ = npos;
  std::size_t dialogue_ = npos;
};

/// What stands behind the first of `begin`, from the next line on where that line names nobody.
std::string_view behind(std::string_view notice, const std::vector<std::string>& begin) {
  if (begin.empty()) return notice;
  const std::string lower = ascii_lower(notice);
  std::size_t first = npos;
  for (const auto& words : begin) {
    const auto at = lower.find(words);
    if (at != npos) first = std::min(first, at + words.size());
  }
  if (first == npos) return notice;
  const auto rest = notice.substr(first);
  const auto line = rest.substr(0, rest.find('\n'));
  const bool names = line.find('@') != npos;
  return names ? rest : rest.substr(std::min(line.size(), rest.size()));
}

std::string_view until(std::string_view notice, const std::vector<std::string>& end) {
  if (end.empty()) return notice;
  const std::string lower = ascii_lower(notice);
  std::size_t first = notice.size();
  for (const auto& words : end) first = std::min(first, lower.find(words));
  return notice.substr(0, first);
}

}  // namespace

TextReport read_text_report(std::string_view notice, const Phrases& phrases, const Dialect* dialect,
                            const std::function<std::vector<std::string>()>& ours) {
  const auto body =
      dialect != nullptr ? until(behind(notice, dialect->begin), dialect->end) : notice;
  Walker walker(body, phrases, dialect != nullptr && dialect->preamble);
  mime::Lines lines(body);
  std::string_view line;
  while (lines.next(line)) walker.line(line);
  auto report = walker.finish();
  if (!report.named.empty()) return report;
  const auto own = ours();
  report.named = read_sentences(body, own);
  if (report.named.empty() && body.size() < notice.size()) {
    report.named = read_sentences(notice, own);
  }
  return report;
}

}  // namespace hagaki::dsn
