#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "base/text.h"
#include "mime/charset.h"
#include "preflight/html_facts.h"
#include "preflight/links.h"
#include "preflight/subject.h"

namespace hagaki::preflight {
namespace {

// Gmail shows no more than this of a message and hides the rest behind a link.
constexpr std::size_t kClippedHtml = 102 * 1024;
// Fewer letters beside a picture say nothing that a filter could judge.
constexpr std::size_t kFewLetters = 20;
constexpr std::size_t kLongestField = 60;

/// What people read of a message.
struct Shown {
  bool has_plain = false;
  bool has_html = false;
  std::string plain;  ///< UTF-8
  std::string html;   ///< UTF-8, with tags
  HtmlFacts facts;
};

/// U+3041 to U+30FF, and half-width katakana: what only Japanese has.
bool has_kana(std::string_view text) {
  for (std::size_t at = 0; at + 2 < text.size(); ++at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if (byte(0) == 0xE3 && byte(1) >= 0x81 && byte(1) <= 0x83) return true;
    if (byte(0) == 0xEF && (byte(1) == 0xBD || byte(1) == 0xBE) && byte(2) >= 0x80) {
      if (byte(1) == 0xBE ? byte(2) <= 0x9F : byte(2) >= 0xA6) return true;
    }
  }
  return false;
}

bool is_japanese_charset(std::string_view label) {
  const std::string name = mime::charset_name(label);
  return name.starts_with("iso-2022-jp") || name == "cp932" || name == "shift_jis" ||
         name.starts_with("euc-jp") || name == "eucjp-ms";
}

bool is_japanese(const Subject& subject, const Shown& shown) {
  if (subject.context.japanese) return true;
  const auto& headers = subject.mail.headers();
  for (const mime::Part* part : shown_parts(subject.mail)) {
    if (is_japanese_charset(part->type.parameter("charset"))) return true;
  }
  if (ascii_istarts_with(trim(headers.get("Content-Language")), "ja")) return true;
  if (ascii_istarts_with(shown.facts.language, "ja")) return true;
  for (const std::string& to : mime::addresses_of(headers.get("To"))) {
    if (ascii_iends_with(to, ".jp")) return true;
  }
  return has_kana(headers.text("From")) || has_kana(headers.text("Subject")) ||
         has_kana(headers.text("To")) || has_kana(shown.plain) || has_kana(shown.facts.text);
}

void check_charset(const Subject& subject, const mime::Part& part) {
  const auto label = part.type.parameter("charset");
  std::string buffer;
  const auto raw = part.bytes(buffer);
  if (label.empty()) {
    if (!is_ascii(raw)) subject.found("bad-charset", "none is named, and the text is not ASCII");
  } else if (!mime::is_known_charset(label)) {
    subject.found("bad-charset", printable(utf8_prefix(label, 40)));
  } else if (mime::charset_name(label) == "utf-8" ? !is_utf8(raw) : !mime::to_utf8(raw, label)) {
    subject.found("bad-charset", "the text is not " + printable(utf8_prefix(label, 40)));
  }
}

Shown read(const Subject& subject) {
  Shown shown;
  for (const mime::Part* part : shown_parts(subject.mail)) {
    check_charset(subject, *part);
    std::string buffer;
    const auto text = part->text(buffer);
    const bool html = part->type.type == "text/html";
    (html ? shown.has_html : shown.has_plain) = true;
    (html ? shown.html : shown.plain) += text;
  }
  if (shown.has_html) {
    auto facts = html_facts(shown.html);
    if (facts) {
      shown.facts = std::move(*facts);
    } else {
      subject.unknown("unread", "the HTML: " + facts.error().text());
      shown.facts.pictures = 1;  // something may be shown
    }
  }
  return shown;
}

/// True where `text` begins with a character that shows nothing: a space of other scripts, one of
/// no width, a soft hyphen.
bool begins_invisible(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kInvisible = {
      "\xC2\xA0",     "\xC2\xAD",     "\xCD\x8F",     "\xE2\x80\x8B",
      "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE3\x80\x80", "\xEF\xBB\xBF"};
  return std::any_of(kInvisible.begin(), kInvisible.end(),
                     [text](std::string_view one) { return text.starts_with(one); });
}

/// Characters of `text` that show something, counted up to `most`.
std::size_t letters(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size() && count < most; ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80 ? c > ' ' && c != 0x7F : c >= 0xC0 && !begins_invisible(text.substr(at))) ++count;
  }
  return count;
}

void check_html(const Subject& subject, const Shown& shown) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
    return out;
  };
  const HtmlFacts& facts = shown.facts;
  if (shown.html.size() > kClippedHtml) {
    subject.found("html-clipped", fmt::format("{} octets", shown.html.size()));
  }
  if (facts.pictures > 0 && letters(facts.text, kFewLetters) < kFewLetters &&
      !has_placeholder(subject.context, facts.text)) {
    subject.found("image-only", counted(facts.pictures, "picture"));
  }
  if (facts.no_alt > 0) subject.found("no-alt", counted(facts.no_alt, "picture"));
  if (facts.data_pictures > 0) subject.found("data-image", counted(facts.data_pictures, "picture"));
  if (!facts.active.empty()) subject.found("html-script", list(facts.active));
  if (!facts.forms.empty()) subject.found("html-form", list(facts.forms));
  if (!facts.frames.empty()) subject.found("html-frame", list(facts.frames));
}

/// The marks of merge fields that mailing software left in a text.
void check_fields(const Subject& subject, std::string_view text) {
  struct Mark {
    std::string_view open;
    std::string_view close;
  };
  static constexpr std::array<Mark, 4> kMarks = {
      {{"{{", "}}"}, {"*|", "|*"}, {"%%", "%%"}, {"${", "}"}}};
  for (const Mark& mark : kMarks) {
    const auto begin = text.find(mark.open);
    if (begin == std::string_view::npos) continue;
    const auto inner = text.substr(begin + mark.open.size(), kLongestField);
    const auto end = inner.find(mark.close);
    if (end == std::string_view::npos || trim(inner.substr(0, end)).empty()) continue;
    if (inner.substr(0, end).find('\n') != std::string_view::npos) continue;
    subject.found("unfilled-field",
                  printable(text.substr(begin, end + mark.open.size() + mark.close.size())));
  }
}

void check_japanese(const Subject& subject, const Shown& shown) {
  if (!is_japanese(subject, shown)) return;
  const std::string line = subject.mail.headers().text("Subject");
  if (!trim(line).empty() && is_ascii(line) && !has_placeholder(subject.context, line)) {
    subject.found("ascii-subject", printable(utf8_prefix(line, 60)));
  }
  const std::string text = shown.plain + shown.facts.text;
  if (!trim(text).empty() && is_ascii(text) && !has_placeholder(subject.context, text)) {
    subject.found("ascii-body");
  }
}

}  // namespace

void check_body(const Subject& subject) {
  const Shown shown = read(subject);
  const bool plain = letters(shown.plain, 1) > 0;
  const bool html = shown.facts.pictures > 0 || letters(shown.facts.text, 1) > 0;
  if (!plain && !html) {
    subject.found("no-body");
    return;
  }
  if (shown.has_plain && !plain) subject.found("no-text");
  if (shown.has_html && !html) subject.found("no-html");
  if (!shown.has_plain) subject.found("html-only");
  if (shown.has_html) check_html(subject, shown);
  check_fields(subject, subject.mail.headers().text("Subject"));
  check_fields(subject, shown.plain);
  check_fields(subject, shown.facts.text);
  check_japanese(subject, shown);
  check_links(subject, shown.plain, shown.facts);
}

}  // namespace hagaki::preflight
