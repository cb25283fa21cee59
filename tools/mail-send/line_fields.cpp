#include "line_fields.h"

#include <nlohmann/json.hpp>

#include "records/json_scan.h"

using namespace hagaki;
using mime::FieldTree;

namespace {

FieldTree to_tree(const nlohmann::ordered_json& value) {
  FieldTree tree;
  switch (value.type()) {
    case nlohmann::json::value_t::boolean:
      tree.kind = value.get<bool>() ? FieldTree::Kind::True : FieldTree::Kind::False;
      break;
    case nlohmann::json::value_t::string:
      tree.text = value.get<std::string>();
      break;
    case nlohmann::json::value_t::array:
      tree.kind = FieldTree::Kind::List;
      for (const auto& item : value) {
        if (!item.is_null()) tree.items.push_back(to_tree(item));
      }
      break;
    case nlohmann::json::value_t::object:
      tree.kind = FieldTree::Kind::Object;
      for (const auto& item : value.items()) {
        if (!item.value().is_null()) {
          tree.members.emplace_back(item.key(), to_tree(item.value()));
        }
      }
      break;
    default:
      tree.text = value.dump();
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
      const auto value = nlohmann::json::parse(raw->begin(), raw->end(), nullptr, false);
      if (!value.is_string()) return std::nullopt;
      return unescaped_.emplace_back(value.get<std::string>());
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
  if (!raw) return std::nullopt;
  const auto value = nlohmann::ordered_json::parse(raw->begin(), raw->end(), nullptr, false);
  if (value.is_discarded() || value.is_null()) return std::nullopt;
  return to_tree(value);
}
