#include "dsn/text_report.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/head.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

class Walker {
 public:
  /// `preamble`: the words before the first recipient belong to all.
  Walker(const Phrases& phrases, bool preamble) : phrases_(phrases), preamble_(preamble) {}

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
    if (const auto head = head_of(text, phrases_)) {
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

  const Phrases& phrases_;
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

std::vector<Named> read_text_report(std::string_view notice, const Phrases& phrases,
                                    const Dialect* dialect, const std::vector<std::string>& ours) {
  const auto body = dialect != nullptr ? behind(notice, dialect->begin) : notice;
  Walker walker(phrases, dialect != nullptr && dialect->preamble);
  mime::Lines lines(body);
  std::string_view line;
  while (lines.next(line)) walker.line(line);
  auto named = walker.finish();
  if (named.empty()) named = read_sentences(body, ours);
  if (named.empty()) named = read_sentences(notice, ours);
  return named;
}

}  // namespace hagaki::dsn
