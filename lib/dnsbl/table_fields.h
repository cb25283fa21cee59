#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/result.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// The words that a field may hold.
template <class T>
using Words = std::initializer_list<std::pair<std::string_view, T>>;

/// Reads the fields of one JSON object. The first thing that is wrong is kept; what is read after
/// that comes out empty.
class Fields {
 public:
  Fields(const simdjson::dom::element& row, std::string where) : where_(std::move(where)) {
    simdjson::dom::object fields;
    if (row.get_object().get(fields) != simdjson::SUCCESS) {
      complain("is not an object");
    } else {
      object_ = fields;
      complain_of_twice(fields);
    }
  }

  std::string text(const char* key, bool needed = false) {
    const auto value = take(key);
    if (!value) {
      if (needed) complain(std::string("lacks \"") + key + '"');
      return {};
    }
    auto out = text_of(*value);
    if (out.empty()) complain(std::string("\"") + key + "\" is not a text");
    return out;
  }

  std::vector<std::string> texts(const char* key, bool needed = false) {
    std::vector<std::string> out;
    const auto value = take(key);
    if (!value && needed) complain(std::string("lacks \"") + key + '"');
    if (!value) return out;
    simdjson::dom::array items;
    if (value->get_array().get(items) != simdjson::SUCCESS) {
      complain(std::string("\"") + key + "\" is not a list of texts");
      return out;
    }
    for (const auto item : items) {
      out.push_back(text_of(item));
      if (out.back().empty()) complain(std::string("\"") + key + "\" is not a list of texts");
    }
    return out;
  }

  bool boolean(const char* key) {
    const auto value = take(key);
    if (!value) return false;
    bool out = false;
    if (value->get_bool().get(out) != simdjson::SUCCESS) {
      complain(std::string("\"") + key + "\" is not true or false");
    }
    return out;
  }

  template <class T>
  T word(const char* key, T otherwise, Words<T> words, bool needed = false) {
    const auto given = text(key, needed);
    if (given.empty()) return otherwise;
    for (const auto& [name, value] : words) {
      if (given == name) return value;
    }
    complain(std::string("\"") + key + "\" does not know the word \"" + given + '"');
    return otherwise;
  }

  std::string one_of(const char* key, std::initializer_list<std::string_view> words,
                     bool needed = false) {
    auto given = text(key, needed);
    if (!given.empty() && std::find(words.begin(), words.end(), given) == words.end()) {
      complain(std::string("\"") + key + "\" does not know the word \"" + given + '"');
    }
    return given;
  }

  std::vector<Code> codes(const char* key) {
    std::vector<Code> out;
    const auto value = take(key);
    if (!value) return out;
    simdjson::dom::object codes;
    if (value->get_object().get(codes) != simdjson::SUCCESS) {
      complain(std::string("\"") + key + "\" is not an object");
      return out;
    }
    complain_of_twice(codes);
    for (const auto [match, meaning] : codes) {
      if (!meaning.is_string()) {
        complain(std::string("\"") + key + "\" has a meaning that is not a text");
      }
      out.push_back({std::string(match), text_of(meaning)});
    }
    return out;
  }

  /// Nothing where there is no such field.
  std::optional<simdjson::dom::element> take(const char* key) {
    if (!object_) return std::nullopt;
    seen_.emplace_back(key);
    simdjson::dom::element value;
    if (object_->at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
  }

  void finish() {
    if (!object_) return;
    for (const auto [key, value] : *object_) {
      if (std::find(seen_.begin(), seen_.end(), key) == seen_.end()) {
        complain("has an unknown field \"" + std::string(key) + '"');
      }
    }
  }

  /// An object that names a key twice says nobody knows which.
  void complain_of_twice(const simdjson::dom::object& fields) {
    std::vector<std::string_view> keys;
    for (const auto [key, value] : fields) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
        complain("has the key \"" + std::string(key) + "\" twice");
      }
      keys.push_back(key);
    }
  }

  void complain(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  void name(const std::string& row) { where_ = row; }
  [[nodiscard]] Result<void> check(const std::string& file) const {
    if (problem_.empty()) return {};
    return fail(ErrorCode::Config, where_ + ' ' + problem_, file);
  }

 private:
  /// Empty for what is none.
  static std::string text_of(const simdjson::dom::element& value) {
    std::string_view out;
    return value.get_string().get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
  }

  std::optional<simdjson::dom::object> object_;
  std::string where_;
  std::string problem_;
  std::vector<std::string_view> seen_;  ///< literals
};

}  // namespace hagaki::dnsbl
