#include "records/line_writer.h"

#include <array>
#include <charconv>

#include "records/json_text.h"

namespace hagaki::records {

void LineWriter::begin_member(std::string_view key) {
  ((out_ += before_) += '"').append(key).append("\":", 2);
  before_ = ',';
}

LineWriter& LineWriter::add(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  begin_member(key);
  append_json_string(value, out_);
  return *this;
}

LineWriter& LineWriter::add(std::string_view key, bool value) {
  begin_member(key);
  out_ += value ? std::string_view("true") : std::string_view("false");
  return *this;
}

LineWriter& LineWriter::add(std::string_view key, std::int64_t value) {
  begin_member(key);
  std::array<char, 24> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out_.append(digits.data(), result.ptr);
  return *this;
}

LineWriter& LineWriter::add(std::string_view key, Timestamp value) {
  return add(key, std::string_view(format_rfc3339(value)));
}

void LineWriter::end() {
  if (before_ == '{') out_ += '{';
  out_ += '}';
}

}  // namespace hagaki::records
