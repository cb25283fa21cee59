#include "rehearse/document.h"

#include <algorithm>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

namespace hagaki::rehearse {
namespace {

constexpr unsigned kDepth = 16;  // deeper than any scenario; bounds the recursion

std::string at_line(const std::string& name, unsigned line) {
  return line == 0 ? name : name + ":" + std::to_string(line);
}

bool convert(const toml::node& from, Node& to, unsigned depth) {
  if (depth > kDepth) return false;
  to.line = static_cast<unsigned>(from.source().begin.line);
  if (const auto* table = from.as_table()) {
    to.kind = Node::Kind::Table;
    for (const auto& [key, value] : *table) {
      to.keys.emplace_back(key.str());
      to.children.emplace_back();
      if (!convert(value, to.children.back(), depth + 1)) return false;
    }
  } else if (const auto* array = from.as_array()) {
    to.kind = Node::Kind::Array;
    for (const auto& value : *array) {
      to.children.emplace_back();
      if (!convert(value, to.children.back(), depth + 1)) return false;
    }
  } else if (const auto* string = from.as_string()) {
    to.kind = Node::Kind::String;
    to.text = string->get();
  } else if (const auto* integer = from.as_integer()) {
    to.kind = Node::Kind::Integer;
    to.integer = integer->get();
    to.real = static_cast<double>(to.integer);
  } else if (const auto* real = from.as_floating_point()) {
    to.kind = Node::Kind::Real;
    to.real = real->get();
  } else if (const auto* boolean = from.as_boolean()) {
    to.kind = Node::Kind::Boolean;
    to.boolean = boolean->get();
  } else {
    to.kind = Node::Kind::Other;
  }
  return true;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &children[i];
  return nullptr;
}

Result<Node> parse_document(std::string_view toml, const std::string& name) {
  const toml::parse_result parsed = toml::parse(toml, std::string_view(name));
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(ErrorCode::Config, std::string(error.description()),
                at_line(name, static_cast<unsigned>(error.source().begin.line)));
  }
  Node root;
  if (!convert(parsed.table(), root, 0))
    return fail(ErrorCode::Config, "tables are nested too deeply", name);
  return root;
}

Fields::Fields(const Node& table, const std::string& name, std::optional<Error>& error)
    : table_(table), name_(name), error_(error) {
  if (table.kind != Node::Kind::Table) wrong(nullptr, "a table is expected here");
}

const Node* Fields::find(std::string_view key) {
  known_.push_back(key);
  return table_.find(key);
}

void Fields::wrong(const Node* node, std::string message) {
  if (error_) return;
  error_ = Error{ErrorCode::Config, std::move(message),
                 at_line(name_, node != nullptr ? node->line : table_.line)};
}

void Fields::text(std::string_view key, std::string& out) {
  const Node* node = find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::String) return wrong(node, std::string(key) + " must be a string");
  out = node->text;
}

void Fields::flag(std::string_view key, bool& out) {
  const Node* node = find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::Boolean)
    return wrong(node, std::string(key) + " must be true or false");
  out = node->boolean;
}

void Fields::texts(std::string_view key, std::vector<std::string>& out) {
  const Node* node = find(key);
  if (node == nullptr) return;
  if (node->kind == Node::Kind::String) {
    out = {node->text};
    return;
  }
  const auto is_string = [](const Node& n) { return n.kind == Node::Kind::String; };
  if (node->kind != Node::Kind::Array ||
      !std::all_of(node->children.begin(), node->children.end(), is_string))
    return wrong(node, std::string(key) + " must be a list of strings");
  out.clear();
  for (const Node& child : node->children) out.push_back(child.text);
}

void Fields::pairs(std::string_view key, std::vector<std::pair<std::string, std::string>>& out) {
  const Node* node = find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::Table)
    return wrong(node, std::string(key) + " must be a table of strings");
  for (std::size_t i = 0; i < node->keys.size(); ++i) {
    const Node& child = node->children[i];
    if (child.kind != Node::Kind::String)
      return wrong(&child, std::string(key) + "." + node->keys[i] + " must be a string");
    out.emplace_back(node->keys[i], child.text);
  }
}

void Fields::whole(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max) {
  const Node* node = find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::Integer || node->integer < min || node->integer > max)
    return wrong(node, std::string(key) + " must be a whole number from " + std::to_string(min) +
                           " to " + std::to_string(max));
  out = node->integer;
}

void Fields::done() {
  for (std::size_t i = 0; i < table_.keys.size(); ++i)
    if (std::find(known_.begin(), known_.end(), table_.keys[i]) == known_.end())
      return wrong(&table_.children[i], "unknown key " + table_.keys[i]);
}

}  // namespace hagaki::rehearse
