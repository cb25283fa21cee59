#include "dsn/diagnostic.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/text.h"
#include "base/word_finder.h"
#include "dsn/head.h"

namespace hagaki::dsn {
namespace {

bool is_word(char c) {
  return is_alnum(c) || c == '_' || (c & 0x80) != 0;
}

/// A Japanese or Chinese punctuation mark or bracket: "、", "」", "：" and the like.
bool is_cjk_mark(std::string_view character) {
  return character.starts_with("\xE3\x80") || character.starts_with("\xEF\xBC");
}

/// Length of the enhanced status code at the begin of `s`, or 0.
std::size_t status_length(std::string_view s) {
  if (s.size() < 5 || (s[0] != '2' && s[0] != '4' && s[0] != '5') || s[1] != '.') return 0;
  std::size_t i = 2;
  for (int field = 0; field < 2; ++field) {
    const std::size_t begin = i;
    while (i < s.size() && is_digit(s[i])) ++i;
    if (i == begin || i - begin > 3) return 0;
    if (field == 0) {
      if (i >= s.size() || s[i] != '.') return 0;
      ++i;
    }
  }
  // "5.1.2.3" is an address, "5.1.1-rc" a version; "5.1.1." ends a sentence.
  if (i < s.size() && is_word(s[i])) return 0;
  if (i + 1 < s.size() && s[i] == '.' && is_digit(s[i + 1])) return 0;
  return i;
}

bool is_code_at(std::string_view s, std::size_t at) {
  if (at + 3 > s.size() || (s[at] != '4' && s[at] != '5') || s[at + 1] > '5' ||
      !is_digit(s[at + 1]) || !is_digit(s[at + 2])) {
    return false;
  }
  const bool time = at + 4 < s.size() && s[at + 3] == ':' && is_digit(s[at + 4]);
  if (at + 6 <= s.size() && is_cjk_mark(s.substr(at + 3, 3))) return true;
  return at + 3 == s.size() || (!is_word(s[at + 3]) && !time &&
                                !(s[at + 3] == '.' && at + 4 < s.size() && is_digit(s[at + 4])));
}

int number_at(std::string_view s, std::size_t at) {
  return (s[at] - '0') * 100 + (s[at + 1] - '0') * 10 + (s[at + 2] - '0');
}

bool starts_word(std::string_view s, std::size_t at) {
  if (at == 0) return true;
  // Japanese words need no blank before a number.
  if (at >= 3 && is_cjk(s[at - 3]) && (s[at - 1] & 0x80) != 0) return true;
  const char c = s[at - 1];
  return !is_word(c) && c != '.' && c != '-' && c != '@' && c != '/' && c != '=' && c != '+';
}

/// How sure a number at `at` is a reply code, by what stands before and behind it; 0 = not at all.
int code_trust(std::string_view s, std::size_t at) {
  const auto before = trim(s.substr(0, at));
  const auto behind = s.substr(at + 3);
  const auto next = behind.find_first_not_of(" -");
  if (next != std::string_view::npos && next > 0 && status_length(behind.substr(next)) > 0)
    return 4;
  for (const std::string_view mark :
       {"said:", "<<<", "smtp;", "responded:", "response:", "replied:", "error:", "reply:",
        "error_code :", "code:", "server message", "was:"}) {
    if (ascii_iends_with(before, mark)) return 3;
  }
  if (before.empty() || (at > 0 && (s[at - 1] == '\n' || s[at - 1] == '\r'))) return 3;
  if (before.back() == ':' || before.back() == ';' || before.back() == '[' ||
      before.back() == '(' || before.back() == '"' || before.back() == '\'') {
    return 2;
  }
  for (const std::string_view word :
       {" bytes", " kb", " mb", " k ", " days", " hours", " minutes", " seconds", " messages",
        " users", " recipients", " emails", " mails"}) {
    if (ascii_istarts_with(behind, word)) return 0;
  }
  return 1;
}

struct Phrase {
  std::string_view words;  // lower case
  std::string_view phase;
};

constexpr std::array kPhases = {
    Phrase{"in reply to rcpt to", "rcpt"},
    Phrase{"in reply to mail from", "mail"},
    Phrase{"in reply to end of data", "body"},
    Phrase{"in reply to data command", "data"},
    Phrase{"in reply to ehlo", "greeting"},
    Phrase{"in reply to helo", "greeting"},
    Phrase{"after rcpt to", "rcpt"},
    Phrase{"after pipelined rcpt", "rcpt"},
    Phrase{"after mail from", "mail"},
    Phrase{"after pipelined mail", "mail"},
    Phrase{"after end of data", "body"},
    Phrase{"after initial connection", "connect"},
    Phrase{"after data", "data"},
    Phrase{"after pipelined data", "data"},
    Phrase{"after ehlo", "greeting"},
    Phrase{"after helo", "greeting"},
    Phrase{"[rcpt_to]", "rcpt"},
    Phrase{"[mail_from]", "mail"},
    Phrase{"[data]", "body"},
    Phrase{"does not like recipient", "rcpt"},
    Phrase{"did not like our rcpt to", "rcpt"},
    Phrase{"did not like our mail from", "mail"},
    Phrase{"did not like our final data", "body"},
    Phrase{"failed after i sent the message", "body"},
    Phrase{"but sender was rejected", "mail"},
    Phrase{"but my name was rejected", "greeting"},
    Phrase{"but greeting failed", "greeting"},
    Phrase{"following rcpt command", "rcpt"},
    Phrase{"refused to talk to me", "greeting"},
    Phrase{"smtp:rcpt", "rcpt"},
    Phrase{"smtp:data", "body"},
};

/// Words behind which a server's reply begins.
constexpr std::array<std::string_view, 8> kQuoteMarks = {
    " said: ",        "host said: ",
    "responded: ",    "refused to talk to me: ",
    "returned was: ", "responded as follows: ",
    "replied: ",      "smtp; "};

/// The same, where a reply code follows: words without one may only name what went wrong before.
constexpr std::array<std::string_view, 5> kCodeMarks = {
    "remote server was: ", "response was: ", "server returned: ", "サーバーからの応答: ",
    "サーバーの応答: "};

/// Words behind which the quoted server's name stands.
constexpr std::array<std::string_view, 4> kHostMarks = {"host ", "connect to ", "talking to ",
                                                        "server for the recipient domain "};

constexpr std::string_view kQuoteEnd = "giving up on ";

// All of them in one table.
constexpr std::size_t kFirstQuoteMark = kPhases.size();
constexpr std::size_t kFirstCodeMark = kFirstQuoteMark + kQuoteMarks.size();
constexpr std::size_t kFirstHostMark = kFirstCodeMark + kCodeMarks.size();
constexpr std::size_t kMarks = kFirstHostMark + kHostMarks.size();

const WordFinder& marks() {
  static const WordFinder finder = [] {
    WordFinder all(WordFinder::Compare::Caseless);
    std::uint32_t number = 0;
    for (const auto& phrase : kPhases) all.add(phrase.words, number++);
    for (const auto mark : kQuoteMarks) all.add(mark, number++);
    for (const auto mark : kCodeMarks) all.add(mark, number++);
    for (const auto mark : kHostMarks) all.add(mark, number++);
    all.build();
    return all;
  }();
  return finder;
}

/// Where each mark ends that occurs, at its first place; 0 for the others.
using Ends = std::array<std::size_t, kMarks>;

std::string_view phase_of(const Ends& ends) {
  for (std::size_t i = 0; i < kPhases.size(); ++i) {
    if (ends[i] != 0) return kPhases[i].phase;
  }
  return {};
}

std::string_view host_of(std::string_view words, const Ends& ends) {
  for (std::size_t i = 0; i < kHostMarks.size(); ++i) {
    const auto begin = ends[kFirstHostMark + i];
    if (begin == 0) continue;
    const auto mark_at = begin - kHostMarks[i].size();
    if (mark_at > 0 && is_word(words[mark_at - 1])) continue;
    auto host = words.substr(begin);
    const auto end = std::min(host.find_first_of(" \t\r\n[(:,;"), host.size());
    // "the mail system at host mx.example.jp" names the reporter; a remote has its address behind.
    if (i == 0 && !trim(host.substr(end, 2)).starts_with('[') &&
        !trim(host.substr(end)).starts_with("said")) {
      continue;
    }
    host = host.substr(0, end);
    while (!host.empty() && host.back() == '.') host.remove_suffix(1);
    if (host.find('.') != std::string_view::npos) return host;
  }
  return {};
}

std::string_view reply_of(std::string_view words, const Ends& ends) {
  const auto behind = [&](std::size_t mark) {
    return ends[mark] == 0 ? std::string_view() : words.substr(ends[mark]);
  };
  std::string_view reply;
  for (std::size_t i = kFirstQuoteMark; i < kFirstCodeMark && reply.empty(); ++i) reply = behind(i);
  for (std::size_t i = kFirstCodeMark; i < kFirstHostMark && reply.empty(); ++i) {
    if (reply = behind(i); !reply.empty() && !is_digit(reply.front())) reply = {};
  }
  // qmail's last sentence is its own, not the server's.
  return trim(reply.empty() ? words : reply.substr(0, ascii_ifind(reply, kQuoteEnd)));
}

}  // namespace

bool is_enhanced_status(std::string_view text) {
  return !text.empty() && status_length(text) == text.size();
}

std::string_view leading_status(std::string_view text) {
  text = trim(text);
  return text.substr(0, status_length(text));
}

Codes find_codes(std::string_view text) {
  Codes codes;
  int trust = 0;
  std::size_t code_at = std::string_view::npos;
  for (std::size_t i = 0; i + 3 <= text.size() && trust < 4; ++i) {
    if (!is_code_at(text, i) || !starts_word(text, i)) continue;
    const int found = code_trust(text, i);
    if (found <= trust) continue;
    trust = found;
    code_at = i;
    codes.code = number_at(text, i);
  }
  // The enhanced code that belongs to the reply code found, else the first of any.
  for (const std::size_t from : {code_at, std::size_t{0}}) {
    for (std::size_t i = from; i < text.size() && codes.status.empty(); ++i) {
      if (text[i] != '2' && text[i] != '4' && text[i] != '5') continue;
      const bool may = starts_word(text, i) || (i > 0 && text[i - 1] == '-');
      if (!may) continue;
      if (const auto length = status_length(text.substr(i)); length > 0) {
        // A success code inside a failure's words is a queue's or a version's number.
        if (text[i] == '2') continue;
        if (i > from + 4 && from == code_at && codes.code != 0 &&
            text[i] - '0' != codes.code / 100) {
          continue;
        }
        codes.status = text.substr(i, length);
      }
    }
  }
  return codes;
}

void add_phases(std::uint32_t number, WordFinder& words) {
  for (const auto& phrase : kPhases) words.add(phrase.words, number);
}

Quote quote_in(std::string_view words) {
  Ends ends{};
  marks().find(words, [&](std::uint32_t mark, std::size_t end) {
    if (ends[mark] == 0) ends[mark] = end;
  });
  return {reply_of(words, ends), phase_of(ends), host_of(words, ends)};
}

}  // namespace hagaki::dsn
