#include <array>
#include <optional>

#include <fmt/core.h>

#include "base/text.h"
#include "base/utf8.h"
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
struct Body {
  bool has_plain = false;
  bool has_html = false;
  std::string plain;  ///< UTF-8
  std::string html;   ///< UTF-8, with tags
  HtmlFacts facts;
};

/// Whether there are kana, half-width ones too: what only Japanese has.
bool has_kana(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = next_character(text, pos);
    if ((c >= 0x3041 && c <= 0x30FF) || (c >= 0xFF66 && c <= 0xFF9F)) return true;
  }
  return false;
}

bool is_japanese_charset(std::string_view label) {
  const std::string name = mime::charset_name(label);
  return name.starts_with("iso-2022-jp") || name == "cp932" || name == "shift_jis" ||
         name.starts_with("euc-jp") || name == "eucjp-ms";
}

bool is_japanese(const Subject& subject, const Body& body) {
  if (subject.context.japanese) return true;
  const auto& headers = subject.mail.headers();
  for (const ShownText& shown : subject.texts) {
    if (is_japanese_charset(shown.part->type.parameter("charset"))) return true;
  }
  if (ascii_istarts_with(trim(headers.get("Content-Language")), "ja")) return true;
  if (ascii_istarts_with(body.facts.language, "ja")) return true;
  for (const std::string& to : mime::addresses_of(headers.get("To"))) {
    if (ascii_iends_with(to, ".jp")) return true;
  }
  return has_kana(headers.text("From")) || has_kana(subject.line) || has_kana(headers.text("To")) ||
         has_kana(body.plain) || has_kana(body.facts.text);
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

Body read(const Subject& subject) {
  Body body;
  for (const ShownText& shown : subject.texts) {
    check_charset(subject, *shown.part);
    const bool html = shown.part->type.type == "text/html";
    (html ? body.has_html : body.has_plain) = true;
    (html ? body.html : body.plain) += shown.text;
  }
  if (body.has_html) {
    auto facts = html_facts(body.html);
    if (facts) {
      body.facts = std::move(*facts);
    } else {
      subject.unknown("unread", "the HTML: " + facts.error().text());
      body.facts.pictures = 1;  // something may be shown
    }
  }
  return body;
}

/// Characters of `text` that show something, counted up to `most`.
std::size_t letters(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t pos = 0; pos < text.size() && count < most;) {
    const char32_t c = next_character(text, pos);
    // Control characters, no-break and ideographic space.
    const bool blank = c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x3000;
    if (!blank && !is_invisible(c)) ++count;
  }
  return count;
}

void check_html(const Subject& subject, const Body& body) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
    return out;
  };
  const HtmlFacts& facts = body.facts;
  if (body.html.size() > kClippedHtml) {
    subject.found("html-clipped", fmt::format("{} octets", body.html.size()));
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
    for (std::size_t at = 0; (at = text.find(mark.open, at)) != std::string_view::npos;) {
      const auto behind = text.substr(at + mark.open.size(), kLongestField);
      const auto end = behind.find(mark.close);
      const auto inner = behind.substr(0, end);
      // "Write {{ to begin, {{name}}": the second one begins the field.
      const auto again = inner.rfind(mark.open);
      at += mark.open.size();
      if (again != std::string_view::npos) {
        at += again;
      } else if (end != std::string_view::npos && !trim(inner).empty() &&
                 inner.find('\n') == std::string_view::npos) {
        const auto size = mark.open.size() + end + mark.close.size();
        subject.found("unfilled-field", printable(text.substr(at - mark.open.size(), size)));
        break;
      }
    }
  }
}

void check_japanese(const Subject& subject, const Body& body) {
  const auto is_plain = [&subject](std::string_view text) {
    return is_ascii(text) && !has_placeholder(subject.context, text);
  };
  const std::string_view text = body.facts.text;
  const bool line = !trim(subject.line).empty() && is_plain(subject.line);
  const bool words =
      !(trim(body.plain).empty() && trim(text).empty()) && is_plain(body.plain) && is_plain(text);
  if ((!line && !words) || !is_japanese(subject, body)) return;
  if (line) subject.found("ascii-subject", printable(utf8_prefix(subject.line, 60)));
  if (words) subject.found("ascii-body");
}

}  // namespace

void check_body(const Subject& subject) {
  const Body body = read(subject);
  const bool plain = letters(body.plain, 1) > 0;
  const bool html = body.facts.pictures > 0 || letters(body.facts.text, 1) > 0;
  if (!plain && !html) {
    subject.found("no-body");
    return;
  }
  if (body.has_plain && !plain) subject.found("no-text");
  if (body.has_html && !html) subject.found("no-html");
  if (!body.has_plain) subject.found("html-only");
  if (body.has_html) check_html(subject, body);
  check_fields(subject, subject.line);
  check_fields(subject, body.plain);
  check_fields(subject, body.facts.text);
  check_japanese(subject, body);
  check_links(subject, body.plain, body.facts);
}

}  // namespace hagaki::preflight
