#include "records/object.h"

#include <nlohmann/json.hpp>

namespace hagaki::records {

using Json = nlohmann::ordered_json;

struct Object::State {
  Json json = Json::object();
};

Object::Object() : state_(std::make_unique<State>()) {}
Object::~Object() = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(Object&&) noexcept = default;

Object& Object::add(std::string_view key, std::string_view value) {
  if (!value.empty()) state_->json[std::string(key)] = std::string(value);
  return *this;
}

Object& Object::add(std::string_view key, bool value) {
  state_->json[std::string(key)] = value;
  return *this;
}

Object& Object::add(std::string_view key, std::int64_t value) {
  state_->json[std::string(key)] = value;
  return *this;
}

Object& Object::add(std::string_view key, Timestamp value) {
  return add(key, std::string_view(format_rfc3339(value)));
}

Object& Object::add(std::string_view key, const std::vector<std::string>& values) {
  state_->json[std::string(key)] = values;
  return *this;
}

Object& Object::add(std::string_view key, const Object& value) {
  state_->json[std::string(key)] = value.state_->json;
  return *this;
}

Object& Object::add(std::string_view key, const std::vector<Object>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(value.state_->json);
  state_->json[std::string(key)] = std::move(array);
  return *this;
}

Object& Object::add_raw(std::string_view key, std::string_view json) {
  auto value = Json::parse(json.begin(), json.end(), nullptr, false);
  if (!value.is_discarded()) state_->json[std::string(key)] = std::move(value);
  return *this;
}

bool Object::empty() const {
  return state_->json.empty();
}

std::string Object::line() const {
  return state_->json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Object::fragment() const {
  const auto whole = line();
  return whole.substr(1, whole.size() - 2);
}

}  // namespace hagaki::records
