#include "preflight/catalogue.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/embedded.h"
#include "base/limits.h"

HAGAKI_EMBEDDED(findings_message_json)
HAGAKI_EMBEDDED(findings_sender_json)

namespace hagaki::preflight {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, std::string_view key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// Letters to add, drop or change to make one of the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row.back();
}

}  // namespace

std::string_view severity_name(Severity severity) {
  return severity == Severity::Error ? "error" : "warning";
}

Result<void> Catalogue::add(std::string_view json, std::string_view language) {
  if (json.size() > limits::kDataFile) return fail(ErrorCode::Limit, "findings too large");
  const Json whole = Json::parse(json, nullptr, false);
  if (!whole.is_object() || !whole.contains("findings") || !whole["findings"].is_array()) {
    return fail(ErrorCode::Config, "no list \"findings\"");
  }
  for (const Json& item : whole["findings"]) {
    if (!item.is_object()) return fail(ErrorCode::Config, "a finding is an object");
    Row row;
    row.id = text_of(item, "id");
    row.source = text_of(item, "source");
    const std::string severity = text_of(item, "severity");
    row.severity = severity == "error" ? Severity::Error : Severity::Warning;
    const auto texts = item.find(language);
    if (texts != item.end() && texts->is_object()) {
      row.what = text_of(*texts, "what");
      row.receivers = text_of(*texts, "receivers");
      row.remedy = text_of(*texts, "remedy");
    }
    const auto wrong = [&row](std::string what) {
      return fail(ErrorCode::Config, std::move(what), "finding " + row.id);
    };
    if (row.id.empty() || find(row.id) != nullptr) return wrong("no id, or one that stands twice");
    if (severity != "error" && severity != "warning") return wrong("no severity");
    if (row.what.empty() || row.receivers.empty() || row.remedy.empty()) {
      return wrong("a text is missing in this language");
    }
    if (row.source.empty()) return wrong("no source");
    rows_.push_back(std::move(row));
  }
  return {};
}

Catalogue Catalogue::builtin(std::string_view language) {
  Catalogue out;
  for (const std::string_view file :
       {embedded::findings_message_json, embedded::findings_sender_json}) {
    [[maybe_unused]] const auto added = out.add(file, language == "ja" ? "ja" : "en");
    assert(added);  // the unit tests read the same bytes
  }
  return out;
}

const Row* Catalogue::find(std::string_view id) const {
  const auto it =
      std::find_if(rows_.begin(), rows_.end(), [id](const Row& row) { return row.id == id; });
  return it == rows_.end() ? nullptr : &*it;
}

const Row& Catalogue::of(const Id& id) const {
  const Row* row = find(id.text());
  assert(row != nullptr);  // a unit test compares ids and rows
  return *row;
}

std::vector<std::string> Catalogue::close_to(std::string_view id) const {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLongest = 60;
  id = id.substr(0, kLongest);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const Row& row : rows_) {
    std::size_t far = distance(id, row.id);
    // "unsubscribe" means those that hold it.
    if (id.size() > 2 && row.id.find(id) != std::string::npos) far = std::min<std::size_t>(far, 1);
    if (far <= std::max(id.size(), row.id.size()) / 3 + 1) found.emplace_back(far, row.id);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [far, name] : found) {
    if (out.size() < kMost) out.push_back(std::move(name));
  }
  return out;
}

}  // namespace hagaki::preflight
