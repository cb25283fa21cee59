#include "dsn/look.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "dsn/diagnostic.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kBegin = 2000;  // of a notice, bytes by which its dialect is recognised
constexpr std::size_t kText = 8000;   // bytes in which it may say that it warns

bool is_mailer(const mime::Message& message, std::string_view from) {
  const auto& headers = message.headers();
  if (message.root().type.type == "multipart/report") return true;
  const auto path = headers.find("return-path");
  if (path && (trim(*path) == "<>" || ascii_istarts_with(*path, "<mailer-daemon") ||
               ascii_istarts_with(*path, "mailer-daemon"))) {
    return true;
  }
  if (headers.find("x-failed-recipients")) return true;
  constexpr std::string_view kMailers[] = {
      "mailer-daemon", "mailerdaemon",         "mail-daemon",           "postmaster",
      "mdaemon@",      "mailer_daemon",        "mail delivery",         "mail deliver",
      "mail system",   "system administrator", "mail_daemon",           "maildeliverysystem",
      "mail daemon",   "mailer daemon",        "email delivery system", "配信システム"};
  return std::any_of(std::begin(kMailers), std::end(kMailers), [&](std::string_view word) {
    return from.find(word) != std::string_view::npos;
  });
}

bool says_automatic(const mime::Headers& headers) {
  const auto automatic = headers.find("auto-submitted");
  return automatic && !ascii_istarts_with(*automatic, "no");
}

/// Appends `text` in lower case, runs of white space made one blank, none at the begin of `out`.
void append_plain(std::string_view text, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + text.size());
  char* to = out.data() + begin;
  bool blank = begin == 0 || out[begin - 1] == ' ';
  for (const char c : text) {
    const bool white = is_white(c);
    *to = white ? ' ' : to_lower(c);
    to += white && blank ? 0 : 1;
    blank = white;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

/// Takes in the begin of a notice but for the lines that are quoted: they are somebody else's
/// words.
void take_own(std::string_view text, Look& look) {
  const auto shown = utf8_prefix(text, kText);
  look.whole = shown.size() == text.size();
  const std::size_t begin = utf8_prefix(shown, kBegin).size();
  const auto take = [&](std::size_t from, std::size_t to) {
    if (from < begin) {
      append_plain(shown.substr(from, std::min(to, begin) - from), look.text);
      look.begin = look.text.size();
    }
    from = std::max(from, begin);
    if (from < to) append_plain(shown.substr(from, to - from), look.text);
  };
  if (shown.find('>') == std::string_view::npos) {
    take(0, shown.size());
    return;
  }
  mime::Lines lines(shown);
  std::string_view line;
  while (lines.next(line)) {
    if (line.starts_with('>') && !line.starts_with(">>>")) {
      look.whole = false;
    } else {
      take(lines.begin(), lines.position());
    }
  }
}

}  // namespace

bool is_mailer(const mime::Message& message) {
  return is_mailer(message, ascii_lower(message.headers().text("from")));
}

bool is_automatic(const mime::Message& message) {
  return says_automatic(message.headers()) || is_mailer(message);
}

void Look::find_codes() {
  const auto found = dsn::find_codes(std::string_view(text).substr(0, begin));
  codes = found.code != 0 && !found.status.empty();
}

Look look_at(const mime::Message& message, std::string_view text) {
  Look look;
  look.headers = &message.headers();
  look.from = ascii_lower(message.headers().text("from"));
  look.subject = ascii_lower(message.headers().text("subject"));
  take_own(text, look);
  look.mailer = is_mailer(message, look.from);
  look.automatic = look.mailer || says_automatic(message.headers());
  return look;
}

}  // namespace hagaki::dsn
