#include "records/line_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "records/json_text.h"

namespace hagaki::records {

void LineWriter::begin_member(std::string_view key, std::string_view value_begin) {
  // One append for all of it: a record has some thirty members.
  constexpr std::size_t kMarks = 6;
  std::array<char, 64> begin;
  if (key.size() + kMarks > begin.size()) {
    ((((out_ += before_) += '"') += key) += "\":") += value_begin;
  } else {
    char* to = begin.data();
    *to++ = before_;
    *to++ = '"';
    to = std::copy(key.begin(), key.end(), to);
    *to++ = '"';
    *to++ = ':';
    to = std::copy(value_begin.begin(), value_begin.end(), to);
    out_.append(begin.data(), to);
  }
  before_ = ',';
}

LineWriter& LineWriter::add(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  if (plain_json_length(value) == value.size()) {
    begin_member(key, "\"");
    (out_ += value) += '"';
  } else {
    begin_member(key, {});
    append_json_string(value, out_);
  }
  return *this;
}

LineWriter& LineWriter::add(std::string_view key, bool value) {
  begin_member(key, {});
  out_ += value ? std::string_view("true") : std::string_view("false");
  return *this;
}

LineWriter& LineWriter::add(std::string_view key, std::int64_t value) {
  begin_member(key, {});
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
