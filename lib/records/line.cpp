#include "records/line.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "records/json_scan.h"

namespace hagaki::records {
namespace {

/// The text of a raw JSON string; copies into `keep` only what is escaped.
std::string_view unescape(std::string_view raw, std::deque<std::string>& keep) {
  const auto inner = raw.substr(1, raw.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return inner;
  const auto value = nlohmann::json::parse(raw.begin(), raw.end(), nullptr, false);
  return keep.emplace_back(value.is_string() ? value.get<std::string>() : std::string());
}

bool is_string(std::string_view raw) {
  return !raw.empty() && raw.front() == '"';
}

}  // namespace

std::optional<std::string_view> Line::find(std::string_view key) const {
  for (const auto& field : fields_) {
    if (same(field.key, key)) return field.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Line::string(std::string_view key) const {
  const auto raw = find(key);
  if (!raw || !is_string(*raw)) return std::nullopt;
  return unescape(*raw, unescaped_);
}

std::optional<std::int64_t> Line::integer(std::string_view key) const {
  const auto raw = find(key);
  if (!raw || raw->empty()) return std::nullopt;
  const bool negative = raw->front() == '-';
  const auto digits = parse_unsigned(raw->substr(negative ? 1 : 0), INT64_MAX);
  if (!digits) return std::nullopt;
  const auto value = static_cast<std::int64_t>(*digits);
  return negative ? -value : value;
}

std::optional<bool> Line::boolean(std::string_view key) const {
  const auto raw = find(key);
  if (raw == "true") return true;
  if (raw == "false") return false;
  return std::nullopt;
}

std::optional<std::string_view> Line::raw_member(std::string_view key,
                                                 std::string_view inner) const {
  const auto raw = find(key);
  if (!raw || raw->empty() || raw->front() != '{') return std::nullopt;
  std::optional<std::string_view> found;
  scan_object(*raw, [&](std::size_t, std::string_view name, std::string_view value, std::size_t) {
    if (name == inner && !found) found = value;
  });
  return found;
}

std::optional<std::string_view> Line::member(std::string_view key, std::string_view inner) const {
  const auto raw = raw_member(key, inner);
  if (!raw || !is_string(*raw)) return std::nullopt;
  return unescape(*raw, unescaped_);
}

std::string Line::with(std::string_view fragment,
                       std::initializer_list<std::string_view> replaced) const {
  const auto is_replaced = [&](const Field& field) {
    return std::find(replaced.begin(), replaced.end(), field.key) != replaced.end();
  };
  std::string out;
  out.reserve(raw_.size() + fragment.size() + 1);
  if (std::none_of(fields_.begin(), fields_.end(), is_replaced)) {
    if (fragment.empty()) return std::string(raw_);
    out.append(raw_.substr(0, fields_.empty() ? raw_.find('{') + 1 : fields_.back().end));
  } else {
    out.push_back('{');
    for (const auto& field : fields_) {
      if (is_replaced(field)) continue;
      if (out.size() > 1) out.push_back(',');
      out.append(raw_.substr(field.begin, field.end - field.begin));
    }
  }
  if (!fragment.empty()) {
    if (out.back() != '{') out.push_back(',');
    out.append(fragment);
  }
  return out.append("}");
}

}  // namespace hagaki::records
