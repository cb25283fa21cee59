#include "line_fields.h"

#include <nlohmann/json.hpp>

#include "records/json_scan.h"

using namespace hagaki;
using letter::FieldTree;

namespace {

std::string unescape(std::string_view raw) {
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  const auto value = nlohmann::json::parse(raw.begin(), raw.end(), nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// `raw` is valid JSON and not null. Numbers stay as they are written: 1200.50 is no 1200.5.
FieldTree to_tree(std::string_view raw) {
  FieldTree tree;
  switch (raw.front()) {
    case '"':
      tree.text = unescape(raw);
      break;
    case 't':
      tree.kind = FieldTree::Kind::True;
      break;
    case 'f':
      tree.kind = FieldTree::Kind::False;
      break;
    case '{':
      tree.kind = FieldTree::Kind::Object;
      records::scan_object(
          raw, [&tree](std::size_t, std::string_view key, std::string_view value, std::size_t) {
            if (value == "null") return;
            tree.members.push_back({unescape('"' + std::string(key) + '"'), to_tree(value)});
          });
      break;
    case '[': {
      tree.kind = FieldTree::Kind::List;
      std::size_t at = records::skip_space(raw, 1);
      while (raw[at] != ']') {
        const std::size_t end = records::skip_value(raw, at);
        const std::string_view item = raw.substr(at, end - at);
        if (item != "null") tree.items.push_back(to_tree(item));
        at = records::skip_space(raw, end);
        if (raw[at] == ',') at = records::skip_space(raw, at + 1);
      }
      break;
    }
    default:
      tree.text = raw;
      break;
  }
  return tree;
}

/// Raw JSON of a member of a raw object.
std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  if (!object.starts_with('{')) return std::nullopt;
  std::optional<std::string_view> found;
  records::scan_object(object,
                       [&](std::size_t, std::string_view key, std::string_view value, std::size_t) {
                         if (key == name && !found) found = value;
                       });
  return found;
}

}  // namespace

std::optional<std::string_view> LineFields::text(std::string_view name) const {
  std::optional<std::string_view> raw = line_.find(name);
  if (!raw) {
    std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    raw = line_.find(name.substr(0, dot));
    while (raw && dot != std::string_view::npos) {
      name.remove_prefix(dot + 1);
      dot = name.find('.');
      raw = member(*raw, name.substr(0, dot));
    }
    if (!raw) return std::nullopt;
  }
  switch (raw->front()) {
    case '"': {
      const std::string_view inner = raw->substr(1, raw->size() - 2);
      if (inner.find('\\') == std::string_view::npos) return inner;
      return unescaped_.emplace_back(unescape(*raw));
    }
    case 'n':
    case '{':
    case '[':
      return std::nullopt;
    default:
      return raw;
  }
}

std::optional<FieldTree> LineFields::tree(std::string_view name) const {
  const auto raw = line_.find(name);
  if (!raw || *raw == "null") return std::nullopt;
  return to_tree(*raw);
}
