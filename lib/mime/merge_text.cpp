#include "mime/merge_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <list>
#include <optional>

#include "base/text.h"

namespace hagaki::mime {
namespace {

namespace mustache = kainjow::mustache;

// kainjow asks its context for variables and sections alike. A section's name carries this octet in
// front, which no name in a text can have, so that the context knows which it is.
constexpr char kSectionMark = '\x01';
constexpr std::string_view kUrlFilter = "|url";

struct Tag {
  enum class Kind { Variable, Raw, Section, Inverted, Close, Comment };
  Kind kind;
  std::string_view name;
  std::size_t begin;
  std::size_t end;
};

/// A template's text and where it stands.
struct Source {
  std::string_view text;
  std::string_view file;
  std::size_t first_line;

  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t at, std::string what) const {
    const auto before = text.substr(0, at);
    const auto line =
        first_line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    return fail(ErrorCode::Syntax, std::move(what), fmt::format("{}:{}", file, line));
  }
};

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

/// The next tag of `source` at or after `from`; nothing when there is none.
Result<std::optional<Tag>> next_tag(const Source& where, std::size_t from) {
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
  return std::optional<Tag>{tag};
}

bool is_url_filtered(std::string_view name) {
  return name.ends_with(kUrlFilter);
}

std::string_view without_filter(std::string_view name) {
  return is_url_filtered(name) ? trim(name.substr(0, name.size() - kUrlFilter.size())) : name;
}

mustache::data to_data(const FieldTree& tree) {
  switch (tree.kind) {
    case FieldTree::Kind::True:
      return mustache::data{true};
    case FieldTree::Kind::False:
      return mustache::data{false};
    case FieldTree::Kind::List: {
      mustache::data list{mustache::data::type::list};
      for (const FieldTree& item : tree.items) list.push_back(to_data(item));
      return list;
    }
    case FieldTree::Kind::Object: {
      mustache::data object{mustache::data::type::object};
      for (const auto& [key, value] : tree.members) object.set(key, to_data(value));
      return object;
    }
    case FieldTree::Kind::Text:
      break;
  }
  return mustache::data{tree.text};
}

/// Answers kainjow's questions from a recipient, and remembers the first field that was missing.
class Context : public mustache::basic_context<std::string> {
 public:
  explicit Context(const Fields& fields) : fields_(fields) {}

  void push(const mustache::data* data) override { stack_.push_back(data); }
  void pop() override { stack_.pop_back(); }
  const mustache::data* get_partial(const std::string&) const override { return nullptr; }

  const mustache::data* get(const std::string& asked) const override {
    if (asked.front() == kSectionMark) return section(asked.substr(1));
    const bool url = is_url_filtered(asked);
    const std::string_view name = without_filter(asked);
    std::optional<std::string> text = variable(name);
    if (!text) {
      if (missing_.empty()) missing_ = name;
      return nullptr;
    }
    if (url) {
      std::string escaped;
      append_url_escaped(escaped, *text);
      text = std::move(escaped);
    }
    return keep(mustache::data{*text});
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const mustache::data* keep(mustache::data data) const {
    kept_.push_back(std::move(data));
    return &kept_.back();
  }

  /// The innermost value of that name on the stack of open sections.
  const mustache::data* on_stack(std::string_view name) const {
    if (name == ".") return stack_.empty() ? nullptr : stack_.back();
    for (auto item = stack_.rbegin(); item != stack_.rend(); ++item) {
      const mustache::data* found = *item;
      for (const std::string_view part : split(name, '.')) {
        found = found == nullptr ? nullptr : found->get(std::string(part));
      }
      if (found != nullptr) return found;
    }
    return nullptr;
  }

  std::optional<std::string> variable(std::string_view name) const {
    if (const mustache::data* found = on_stack(name)) {
      if (found->is_string()) return found->string_value();
      if (found->is_bool()) return found->is_true() ? "true" : "false";
      return std::nullopt;
    }
    if (name == ".") return std::nullopt;
    if (const auto text = fields_.text(name)) return std::string(*text);
    return std::nullopt;
  }

  const mustache::data* section(std::string_view name) const {
    const mustache::data* found = on_stack(name);
    if (found == nullptr && name != ".") {
      const std::vector<std::string_view> parts = split(name, '.');
      const std::optional<FieldTree> tree = fields_.tree(parts.front());
      if (!tree) return nullptr;
      found = keep(to_data(*tree));
      for (std::size_t i = 1; i < parts.size() && found != nullptr; ++i) {
        found = found->get(std::string(parts[i]));
      }
    }
    // An empty field is no reason for "Dear {{#name}}": it counts as absent.
    if (found != nullptr && found->is_string() && trim(found->string_value()).empty())
      return nullptr;
    return found;
  }

  const Fields& fields_;
  std::vector<const mustache::data*> stack_;
  mutable std::list<mustache::data> kept_;
  mutable std::string missing_;
};

}  // namespace

struct MergeText::Sections {
  explicit Sections(const std::string& source) : tree(source) {}
  mustache::mustache tree;
};

MergeText::MergeText() = default;
MergeText::MergeText(MergeText&&) noexcept = default;
MergeText& MergeText::operator=(MergeText&&) noexcept = default;
MergeText::~MergeText() = default;

Result<MergeText> MergeText::parse(std::string_view source, Escape escape, std::string_view file,
                                   std::size_t first_line) {
  const Source where{source, file, first_line};
  if (const std::size_t mark = source.find(kSectionMark); mark != std::string_view::npos) {
    return where.wrong(mark, "control character");
  }
  MergeText text;
  text.source_ = source;
  std::string marked;  // source with sections' names marked
  std::vector<Tag> open;
  std::size_t at = 0;
  bool only_variables = true;
  while (true) {
    const auto next = next_tag(where, at);
    if (!next) return tl::unexpected<Error>(next.error());
    if (!*next) break;
    const Tag& tag = **next;
    const std::string_view literal = source.substr(at, tag.begin - at);
    marked += literal;
    const bool variable = tag.kind == Tag::Kind::Variable || tag.kind == Tag::Kind::Raw;
    if (variable) {
      text.segments_.push_back({std::string(literal), std::string(without_filter(tag.name)),
                                escape == Escape::Html && tag.kind == Tag::Kind::Variable,
                                is_url_filtered(tag.name)});
      marked += source.substr(tag.begin, tag.end - tag.begin);
    } else {
      only_variables = false;
      if (tag.kind != Tag::Kind::Comment) {
        const char sign = tag.kind == Tag::Kind::Section    ? '#'
                          : tag.kind == Tag::Kind::Inverted ? '^'
                                                            : '/';
        marked += fmt::format("{{{{{}{}{}}}}}", sign, kSectionMark, tag.name);
      } else {
        marked += source.substr(tag.begin, tag.end - tag.begin);
      }
    }
    if (tag.kind == Tag::Kind::Section || tag.kind == Tag::Kind::Inverted) open.push_back(tag);
    if (tag.kind == Tag::Kind::Close) {
      if (open.empty() || open.back().name != tag.name) {
        return where.wrong(tag.begin,
                           fmt::format("{{{{/{}}}}} closes no open section", printable(tag.name)));
      }
      open.pop_back();
    }
    if (tag.kind != Tag::Kind::Close && tag.kind != Tag::Kind::Comment && tag.name != ".") {
      const std::string name(without_filter(tag.name));
      if (std::find(text.names_.begin(), text.names_.end(), name) == text.names_.end()) {
        text.names_.push_back(name);
      }
    }
    at = tag.end;
  }
  if (!open.empty()) {
    return where.wrong(open.back().begin,
                       fmt::format("section \"{}\" is not closed", printable(open.back().name)));
  }
  marked += source.substr(at);
  if (only_variables) {
    text.segments_.push_back({std::string(source.substr(at)), {}, false, false});
    return text;
  }
  text.segments_.clear();
  text.sections_ = std::make_unique<Sections>(marked);
  if (!text.sections_->tree.is_valid()) {
    return where.wrong(0, text.sections_->tree.error_message());
  }
  text.sections_->tree.set_custom_escape([escape](const std::string& value) {
    if (escape == Escape::None) return value;
    std::string escaped;
    append_html_escaped(escaped, value);
    return escaped;
  });
  return text;
}

bool MergeText::is_static() const {
  return names_.empty() && sections_ == nullptr;
}

Result<void> MergeText::render(const Fields& fields, Missing missing, std::string& out) const {
  const auto lacks = [](std::string_view name) {
    return fail(ErrorCode::NotFound, fmt::format("the recipient has no field \"{}\"", name));
  };
  if (sections_ != nullptr) {
    Context context(fields);
    const std::string rendered = sections_->tree.render(context);
    if (!context.missing().empty() && missing != Missing::Empty) return lacks(context.missing());
    out += rendered;
    return {};
  }
  for (const Segment& segment : segments_) {
    out += segment.literal;
    if (segment.field.empty()) continue;
    const std::optional<std::string_view> value = fields.text(segment.field);
    if (!value) {
      if (missing != Missing::Empty) return lacks(segment.field);
      continue;
    }
    if (segment.url) {
      append_url_escaped(out, *value);
    } else if (segment.escape) {
      append_html_escaped(out, *value);
    } else {
      out += *value;
    }
  }
  return {};
}

void append_html_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void append_url_escaped(std::string& out, std::string_view value) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char ch : value) {
    const auto c = static_cast<unsigned char>(ch);
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += ch;
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
}

}  // namespace hagaki::mime
