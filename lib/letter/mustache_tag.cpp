#include "letter/mustache_tag.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::letter {
namespace {

constexpr std::string_view kUrlFilter = "|url";

bool valid_name(std::string_view name) {
  if (name.empty()) return false;
  if (name == ".") return true;
  for (const char ch : name) {
    const auto c = static_cast<unsigned char>(ch);
    if (c <= ' ' || c == 127 ||
        std::string_view("{}#^/&>=!|\"'<").find(ch) != std::string_view::npos)
      return false;
  }
  return name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos;
}

/// Widens a tag that is alone on its line to the whole line.
void take_line(std::string_view text, Tag& tag) {
  const std::size_t newline =
      tag.begin == 0 ? std::string_view::npos : text.rfind('\n', tag.begin - 1);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  std::size_t end = tag.end;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  if (text.substr(end, 2) == "\r\n") ++end;
  if (!trim(text.substr(start, tag.begin - start)).empty()) return;
  if (end < text.size() && text[end] != '\n') return;
  tag.begin = start;
  tag.end = std::min(end + 1, text.size());
}

}  // namespace

tl::unexpected<Error> TagSource::wrong(std::size_t at, std::string what) const {
  const auto before = text.substr(0, at);
  const auto line =
      first_line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return fail(ErrorCode::Syntax, std::move(what), fmt::format("{}:{}", file, line));
}

Result<std::optional<Tag>> next_tag(const TagSource& where, std::size_t from) {
  const std::string_view source = where.text;
  const std::size_t open = source.find("{{", from);
  if (open == std::string_view::npos) return std::optional<Tag>{};
  const auto wrong = [&](std::string what) { return where.wrong(open, std::move(what)); };
  const bool triple = source.substr(open, 3) == "{{{";
  const std::string_view closing = triple ? "}}}" : "}}";
  const std::size_t inside = open + closing.size();
  const std::size_t close = source.find(closing, inside);
  if (close == std::string_view::npos) {
    return wrong(fmt::format("\"{}\" without \"{}\"", triple ? "{{{" : "{{", closing));
  }
  std::string_view content = trim(source.substr(inside, close - inside));
  Tag tag{triple ? Tag::Kind::Raw : Tag::Kind::Variable, {}, open, close + closing.size()};
  if (!triple && !content.empty()) {
    switch (content.front()) {
      case '!':
        tag.kind = Tag::Kind::Comment;
        take_line(source, tag);
        return std::optional<Tag>{tag};
      case '>':
        return wrong("partials ({{>…}}) are not supported");
      case '=':
        return wrong("changed delimiters ({{=…=}}) are not supported");
      case '#':
        tag.kind = Tag::Kind::Section;
        break;
      case '^':
        tag.kind = Tag::Kind::Inverted;
        break;
      case '/':
        tag.kind = Tag::Kind::Close;
        break;
      case '&':
        tag.kind = Tag::Kind::Raw;
        break;
      default:
        break;
    }
    if (tag.kind != Tag::Kind::Variable) content = trim(content.substr(1));
  }
  const bool variable = tag.kind == Tag::Kind::Variable || tag.kind == Tag::Kind::Raw;
  std::string_view bare = content;
  if (variable && bare.ends_with(kUrlFilter))
    bare = trim(bare.substr(0, bare.size() - kUrlFilter.size()));
  if (!valid_name(bare)) return wrong(fmt::format("\"{}\" is no field name", printable(content)));
  tag.name = content;
  if (!variable) take_line(source, tag);
  return std::optional<Tag>{tag};
}

bool is_url_filtered(std::string_view name) {
  return name.ends_with(kUrlFilter);
}

std::string_view without_filter(std::string_view name) {
  return is_url_filtered(name) ? trim(name.substr(0, name.size() - kUrlFilter.size())) : name;
}

char section_sign(Tag::Kind kind) {
  if (kind == Tag::Kind::Section) return '#';
  return kind == Tag::Kind::Inverted ? '^' : '/';
}

}  // namespace hagaki::letter
