#include "dsn/notice.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kMaxNotice = 256u << 10;  // of all parts together, bytes
constexpr std::size_t kMaxTag = 4096;           // from '<' to '>'
constexpr std::size_t kMaxTagName = 320;        // an address between brackets is seen as one

bool is_returned_mail(std::string_view type) {
  return type == "message/rfc822" || type == "message/global" || type == "text/rfc822-headers" ||
         type == "text/rfc822-header" || type == "text/rfc822" ||
         type == "message/rfc822-headers" || type == "message/global-headers" ||
         type == "message/partial";
}

bool is_attachment(const mime::Part& part) {
  return ascii_istarts_with(part.headers.get("content-disposition"), "attachment");
}

/// A line that only a mail's own header has.
bool is_trace_field(std::string_view line) {
  return ascii_istarts_with(line, "received: from ") || ascii_istarts_with(line, "received: by ") ||
         ascii_istarts_with(line, "received: (") || ascii_istarts_with(line, "received:from ") ||
         ascii_istarts_with(line, "return-path: <") || ascii_istarts_with(line, "dkim-signature: ");
}

/// Splits text that carries the returned mail within itself; returns where the notice ends.
std::size_t split_returned(std::string_view text, const Dialects& dialects,
                           std::size_t& returned_at) {
  mime::Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (is_trace_field(line)) {
      returned_at = lines.begin();
      return lines.begin();
    }
    if (dialects.phrases().separators.match(trim(line)) != Prefixes::npos) {
      const std::size_t end = lines.begin();
      const auto rest = lines.rest();
      const auto first = rest.find_first_not_of(" \t\r\n");
      returned_at = lines.position() + std::min(first, rest.size());
      return end;
    }
  }
  returned_at = text.size();
  return text.size();
}

void append_part(const mime::Part& part, bool html, std::string& out) {
  if (out.size() >= kMaxNotice) return;
  std::string buffer;
  const auto text = part.text(buffer);
  if (!out.empty()) out.push_back('\n');
  if (html) {
    out += html_to_text(text.substr(0, kMaxNotice));
  } else {
    out += utf8_prefix(text, kMaxNotice - std::min(out.size(), kMaxNotice));
  }
}

/// Line ends as LF, whatever the mail has.
void unify_line_ends(std::string& s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\r') {
      out.push_back(s[i]);
    } else if (i + 1 >= s.size() || s[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  s = std::move(out);
}

/// True once the notice has words of its own: what stands behind the returned mail is then a footer
/// that a relay or a list has added.
bool has_words(std::string_view text, std::string_view html) {
  return !trim(text).empty() || !trim(html).empty();
}

struct Tag {
  std::string_view name;
  bool closing;
};

Tag tag_of(std::string_view inside) {
  Tag tag{inside.substr(0, kMaxTagName), false};
  if (tag.name.starts_with('/')) {
    tag.closing = true;
    tag.name.remove_prefix(1);
  }
  tag.name = tag.name.substr(0, tag.name.find_first_of(" \t\r\n/>"));
  return tag;
}

bool is_block(std::string_view name) {
  constexpr std::string_view kBlocks[] = {"br", "p",  "div", "tr",  "table",
                                          "li", "ul", "h1",  "h2",  "h3",
                                          "h4", "td", "hr",  "pre", "blockquote"};
  return std::any_of(std::begin(kBlocks), std::end(kBlocks),
                     [&](std::string_view b) { return ascii_iequals(b, name); });
}

std::size_t append_entity(std::string_view s, std::string& out) {
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},    {"&amp;", "&"},   {"&quot;", "\""},
      {"&apos;", "'"}, {"&nbsp;", " "},  {"&#39;", "'"},   {"&#34;", "\""},
      {"&#64;", "@"},  {"&#46;", "."},   {"&#60;", "<"},   {"&#62;", ">"},
      {"&#160;", " "}, {"&rsquo;", "'"}, {"&#8217;", "'"}, {"&#8203;", ""}};
  for (const auto& [entity, meaning] : kEntities) {
    if (s.starts_with(entity)) {
      out += meaning;
      return entity.size();
    }
  }
  out.push_back('&');
  return 1;
}

}  // namespace

std::string html_to_text(std::string_view html) {
  std::string out;
  out.reserve(html.size() / 2);
  for (std::size_t i = 0; i < html.size();) {
    const char c = html[i];
    if (c == '&') {
      i += append_entity(html.substr(i, 10), out);
      continue;
    }
    const bool opens = c == '<' && i + 1 < html.size() &&
                       (html[i + 1] == '/' || html[i + 1] == '!' || (html[i + 1] | 0x20) >= 'a');
    // "<user@example.jp>" written without escaping is no tag, nor is '<' with its '>' far away.
    const auto length = opens ? html.substr(i, kMaxTag).find('>') : std::string_view::npos;
    const auto inside =
        length == std::string_view::npos ? std::string_view() : html.substr(i + 1, length - 1);
    const Tag tag = tag_of(inside);
    if (inside.empty() || tag.name.find('@') != std::string_view::npos) {
      const bool blank = c == '\r' || c == '\n' || c == '\t';
      out.push_back(blank ? ' ' : c);
      ++i;
      continue;
    }
    i += length + 1;
    if (is_block(tag.name)) out.push_back('\n');
    for (const std::string_view hidden : {"style", "script", "title"}) {
      if (tag.closing || !ascii_iequals(tag.name, hidden)) continue;
      const auto close = ascii_ifind(html, "</" + std::string(hidden), i);
      i = std::min(close, html.size());
    }
  }
  return out;
}

void read_notice(const mime::Message& message, const Dialects& dialects, Notice& out) {
  const auto& parts = message.parts();
  std::string html;
  bool returned = false;
  std::size_t below = 0;  // depth under which parts belong to an attached message; 0 = none
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    const auto& type = part.type.type;
    if (below > 0 && part.depth >= below) continue;
    below = 0;
    if (is_returned_mail(type) && i > 0) {
      below = part.depth + 1;
      if (returned) continue;
      returned = true;
      if (!part.children.empty()) {
        out.returned = parts[part.children.front()].headers;
      } else {
        out.returned_text = part.bytes(out.returned_text);
        const auto first = out.returned_text.find_first_not_of("\r\n");
        out.returned_text.erase(0, std::min(first, out.returned_text.size()));
        out.returned = mime::Headers::parse(out.returned_text);
      }
    } else if ((returned && has_words(out.text, html)) || (i > 0 && is_attachment(part))) {
      continue;
    } else if (type == "text/plain" || type == "message/delivery-notification") {
      append_part(part, false, out.text);
    } else if (type == "text/html" && html.empty()) {
      append_part(part, true, html);
    }
  }
  if (trim(out.text).empty()) out.text = std::move(html);
  const auto& root = message.root();
  if (trim(out.text).empty() && root.children.empty() && root.type.is("multipart")) {
    append_part(root, false, out.text);  // its delimiters were lost on the way
  }
  unify_line_ends(out.text);
  std::size_t returned_at = 0;
  const auto end = split_returned(out.text, dialects, returned_at);
  if (!returned && returned_at < out.text.size()) {
    out.returned_text = out.text.substr(returned_at);
    out.returned = mime::Headers::parse(out.returned_text);
  }
  out.whole = out.text;
  out.text.resize(end);
}

}  // namespace hagaki::dsn
