#include "records/object.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "records/json_text.h"

namespace hagaki::records {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

/// The members as they are written: no tree of values is made first.
struct Object::State {
  struct Member {
    std::string key;
    std::size_t begin;  ///< of its value in text
    std::size_t end;
  };
  std::string text;  ///< `"a":1,"b":2`
  std::vector<Member> members;

  /// `write` appends the value to the string that it is given.
  template <class Write>
  void set(std::string_view key, Write write) {
    const auto known =
        std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
    if (known == members.end()) {
      if (!members.empty()) text += ',';
      append_json_string(key, text);
      text += ':';
      const std::size_t begin = text.size();
      write(text);
      members.push_back({std::string(key), begin, text.size()});
      return;
    }
    // A value that is set again keeps its place.
    std::string value;
    write(value);
    const std::size_t old_size = known->end - known->begin;
    text.replace(known->begin, old_size, value);
    known->end = known->begin + value.size();
    for (auto later = known + 1; later != members.end(); ++later) {
      later->begin = later->begin - old_size + value.size();
      later->end = later->end - old_size + value.size();
    }
  }
};

Object::Object() : state_(std::make_unique<State>()) {
  state_->text.reserve(512);
  state_->members.reserve(24);
}
Object::~Object() = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(Object&&) noexcept = default;

Object& Object::add(std::string_view key, std::string_view value) {
  return value.empty() ? *this : put(key, value);
}

Object& Object::put(std::string_view key, std::string_view value) {
  state_->set(key, [&](std::string& out) { append_json_string(value, out); });
  return *this;
}

Object& Object::add(std::string_view key, bool value) {
  state_->set(key, [&](std::string& out) { out += value ? "true" : "false"; });
  return *this;
}

Object& Object::add(std::string_view key, std::int64_t value) {
  state_->set(key, [&](std::string& out) {
    std::array<char, 24> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
  });
  return *this;
}

Object& Object::add(std::string_view key, Timestamp value) {
  return add(key, std::string_view(format_rfc3339(value)));
}

Object& Object::add(std::string_view key, const std::vector<std::string>& values) {
  state_->set(key, [&](std::string& out) {
    out += '[';
    for (const auto& value : values) {
      if (&value != values.data()) out += ',';
      append_json_string(value, out);
    }
    out += ']';
  });
  return *this;
}

Object& Object::add(std::string_view key, const Object& value) {
  state_->set(key, [&](std::string& out) { out += value.line(); });
  return *this;
}

Object& Object::add(std::string_view key, const std::vector<Object>& values) {
  state_->set(key, [&](std::string& out) {
    out += '[';
    for (const auto& value : values) {
      if (&value != values.data()) out += ',';
      out += value.line();
    }
    out += ']';
  });
  return *this;
}

Object& Object::add_raw(std::string_view key, std::string_view json) {
  const auto value = Json::parse(json.begin(), json.end(), nullptr, false);
  if (!value.is_discarded()) state_->set(key, [&](std::string& out) { out += dump(value); });
  return *this;
}

bool Object::empty() const {
  return state_->members.empty();
}

std::string Object::line() const {
  std::string line;
  line.reserve(state_->text.size() + 2);
  return ((line += '{') += state_->text) += '}';
}

std::string Object::fragment() const {
  return state_->text;
}

}  // namespace hagaki::records
