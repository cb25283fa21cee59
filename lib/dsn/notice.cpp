#include "dsn/notice.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kMaxNotice = 256u << 10;  // of all parts together, bytes
constexpr std::size_t kLongLine = 1000;         // at its end
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
  if (line.empty() || std::string_view("RrDd").find(line.front()) == std::string_view::npos) {
    return false;
  }
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

/// Line ends as LF, whatever the text has: in `buffer` where it has others, and may be there
/// already.
std::string_view unify_line_ends(std::string_view text, std::string& buffer) {
  if (text.find('\r') == std::string_view::npos) return text;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto at = text.find('\r');
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    const bool lf_follows = at + 1 < text.size() && text[at + 1] == '\n';
    if (!lf_follows) out.push_back('\n');
    text.remove_prefix(at + 1);
  }
  buffer = std::move(out);
  return buffer;
}

/// The first `most` bytes of `text`, without the line at their end that goes on, or the word where
/// that line is long: half an address would be another one. `cut` becomes true where there are
/// more.
std::string_view first_lines(std::string_view text, std::size_t most, bool& cut) {
  if (text.size() <= most) return text;
  cut = true;
  const auto first = utf8_prefix(text, most);
  const auto tail = first.substr(first.size() - std::min(first.size(), kLongLine));
  auto end = tail.find_last_of("\r\n");
  if (end == std::string_view::npos) end = tail.find_last_of(" \t>,;");
  return end == std::string_view::npos
             ? first
             : first.substr(0, first.size() - tail.size() + end + (tail[end] == '>' ? 1 : 0));
}

/// The words of a notice's plain parts, one part behind the other. A single part is not copied
/// where it can be read in place.
class Words {
 public:
  /// `buffer` takes what cannot be read in place; `cut` becomes true where not all is read.
  Words(std::string& buffer, bool& cut) : buffer_(buffer), cut_(cut) {}

  void add(const mime::Part& part) {
    if (whole_.empty()) {
      whole_ = first_lines(part.text(buffer_), kMaxNotice, cut_);
      return;
    }
    const auto room = kMaxNotice - std::min(kMaxNotice, whole_.size() + 1);
    std::string decoded;
    const auto more = first_lines(part.text(decoded), room, cut_);
    if (whole_.data() != buffer_.data()) buffer_ = whole_;
    buffer_.resize(whole_.size());
    buffer_.append("\n").append(more);
    whole_ = buffer_;
  }
  [[nodiscard]] std::string_view whole() const { return whole_; }
  [[nodiscard]] bool blank() const { return trim(whole_).empty(); }

 private:
  std::string& buffer_;
  bool& cut_;
  std::string_view whole_;
};

/// A character that is not simply passed on to the text.
bool is_markup(char c) {
  return c == '&' || c == '<' || c == '\r' || c == '\n' || c == '\t';
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
  if (name.empty()) return false;
  const char first = static_cast<char>(name.front() | 0x20);
  return std::any_of(std::begin(kBlocks), std::end(kBlocks), [&](std::string_view b) {
    return b.front() == first && ascii_iequals(b, name);
  });
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
    const std::size_t begin = i;
    while (i < html.size() && !is_markup(html[i])) ++i;
    out.append(html.substr(begin, i - begin));
    if (i == html.size()) break;
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
    if (tag.closing) continue;
    for (const std::string_view end : {"</style", "</script", "</title"}) {
      if (ascii_iequals(tag.name, end.substr(2)))
        i = std::min(ascii_ifind(html, end, i), html.size());
    }
  }
  return out;
}

void read_notice(const mime::Message& message, const Dialects& dialects, Notice& out) {
  const auto& parts = message.parts();
  Words text(out.words, out.cut);
  std::string html;
  bool html_cut = false;
  bool returned = false;
  // What stands behind the returned mail is, once there are words, a footer that a relay or a list
  // has added.
  const auto has_words = [&] { return !text.blank() || !trim(html).empty(); };
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
    } else if ((returned && has_words()) || (i > 0 && is_attachment(part))) {
      continue;
    } else if (type == "text/plain" || type == "message/delivery-notification") {
      text.add(part);
    } else if (type == "text/html" && html.empty()) {
      std::string buffer;
      html = html_to_text(first_lines(part.text(buffer), kMaxNotice, html_cut));
    }
  }
  const auto& root = message.root();
  if (!has_words() && root.children.empty() && root.type.is("multipart")) {
    text.add(root);  // its delimiters were lost on the way
  }
  std::string_view words = text.whole();
  if (text.blank()) {
    words = out.words = std::move(html);
    out.cut = html_cut;
  }
  out.whole = unify_line_ends(words, out.words);
  std::size_t returned_at = 0;
  const auto end = split_returned(out.whole, dialects, returned_at);
  if (!returned && returned_at < out.whole.size()) {
    out.returned = mime::Headers::parse(out.whole.substr(returned_at));
  }
  out.text = out.whole.substr(0, end);
}

}  // namespace hagaki::dsn
