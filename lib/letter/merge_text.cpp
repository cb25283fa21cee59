#include "letter/merge_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <list>
#include <optional>

#include "base/text.h"
#include "letter/mustache_tag.h"

namespace hagaki::letter {
namespace {

namespace mustache = kainjow::mustache;

// kainjow asks its context for variables and sections alike. A section's name carries this octet in
// front, which no name in a text can have, so that the context knows which it is.
constexpr char kSectionMark = '\x01';
// Stands behind every section tag and is taken out afterwards. A line that holds it is never blank,
// so kainjow drops none: which tags stand alone on their line is decided here, at parsing, for
// kainjow forgets those of sections that are not shown.
constexpr char kLineMark = '\x02';

bool holds(std::string_view value, std::string_view forbidden) {
  return value.find_first_of(forbidden) != std::string_view::npos;
}

tl::unexpected<Error> lacks(std::string_view name) {
  return fail(ErrorCode::NotFound, fmt::format("the recipient has no field \"{}\"", name));
}

tl::unexpected<Error> refuses(std::string_view name) {
  return fail(ErrorCode::Syntax,
              fmt::format("the value of \"{}\" must not hold a character that means something in "
                          "this place: write {{{{{}|url}}}} where it is a part of a URL",
                          name, name));
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

/// Answers kainjow's questions from a recipient, and remembers the first field that was missing and
/// the first whose value is not to be inserted.
class Context : public mustache::basic_context<std::string> {
 public:
  Context(const Fields& fields, std::string_view forbidden)
      : fields_(fields), forbidden_(forbidden) {}

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
      append_percent_encoded(escaped, *text);
      text = std::move(escaped);
    }
    if (refused_.empty() && holds(*text, forbidden_)) refused_ = name;
    return keep(mustache::data{*text});
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }
  [[nodiscard]] const std::string& refused() const { return refused_; }

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
  std::string_view forbidden_;
  std::vector<const mustache::data*> stack_;
  mutable std::list<mustache::data> kept_;
  mutable std::string missing_;
  mutable std::string refused_;
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
  const TagSource where{source, file, first_line};
  const std::size_t mark = source.find_first_of(std::string{kSectionMark, kLineMark});
  if (mark != std::string_view::npos) return where.wrong(mark, "control character");
  MergeText text;
  text.source_ = source;
  std::string literal;  // since the last variable
  std::string marked;   // for kainjow
  std::vector<Tag> open;
  std::size_t at = 0;
  bool sections = false;
  while (true) {
    const auto next = next_tag(where, at);
    if (!next) return tl::unexpected<Error>(next.error());
    if (!*next) break;
    const Tag& tag = **next;
    const std::string_view before = source.substr(at, tag.begin - at);
    literal += before;
    marked += before;
    at = tag.end;
    if (tag.kind == Tag::Kind::Comment) continue;
    if (tag.kind == Tag::Kind::Variable || tag.kind == Tag::Kind::Raw) {
      text.segments_.push_back({std::move(literal), std::string(without_filter(tag.name)),
                                escape == Escape::Html && tag.kind == Tag::Kind::Variable,
                                is_url_filtered(tag.name)});
      literal.clear();
      marked += fmt::format("{{{{{}{}}}}}", tag.kind == Tag::Kind::Raw ? "&" : "", tag.name);
    } else {
      sections = true;
      marked += fmt::format("{{{{{}{}{}}}}}{}", section_sign(tag.kind), kSectionMark, tag.name,
                            kLineMark);
    }
    if (tag.kind == Tag::Kind::Close) {
      if (open.empty() || open.back().name != tag.name) {
        return where.wrong(tag.begin,
                           fmt::format("{{{{/{}}}}} closes no open section", printable(tag.name)));
      }
      open.pop_back();
      continue;
    }
    if (tag.kind == Tag::Kind::Section || tag.kind == Tag::Kind::Inverted) open.push_back(tag);
    const std::string name(without_filter(tag.name));
    if (name != "." &&
        std::find(text.names_.begin(), text.names_.end(), name) == text.names_.end()) {
      text.names_.push_back(name);
    }
  }
  if (!open.empty()) {
    return where.wrong(open.back().begin,
                       fmt::format("section \"{}\" is not closed", printable(open.back().name)));
  }
  literal += source.substr(at);
  marked += source.substr(at);
  if (!sections) {
    text.segments_.push_back({std::move(literal), {}, false, false});
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

Result<void> MergeText::append_value(const Segment& segment, const Fields& fields, Missing missing,
                                     std::string& out, std::string_view forbidden) {
  if (segment.field.empty()) return {};
  const std::optional<std::string_view> value = fields.text(segment.field);
  if (!value) {
    if (missing != Missing::Empty) return lacks(segment.field);
  } else if (segment.url) {
    append_percent_encoded(out, *value);
  } else if (holds(*value, forbidden)) {
    return refuses(segment.field);
  } else if (segment.escape) {
    append_html_escaped(out, *value);
  } else {
    out += *value;
  }
  return {};
}

Result<void> MergeText::render(const Fields& fields, Missing missing, std::string& out,
                               std::string_view forbidden) const {
  if (sections_ != nullptr) {
    Context context(fields, forbidden);
    std::string rendered = sections_->tree.render(context);
    std::erase(rendered, kLineMark);
    if (!context.missing().empty() && missing != Missing::Empty) return lacks(context.missing());
    if (!context.refused().empty()) return refuses(context.refused());
    out += rendered;
    return {};
  }
  for (const Segment& segment : segments_) {
    out += segment.literal;
    if (auto done = append_value(segment, fields, missing, out, forbidden); !done) return done;
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

}  // namespace hagaki::letter
