#include "rules/look_alike.h"

#include "address/address.h"

namespace hagaki::rules {
namespace {

constexpr std::string_view kPairs = "-_1l0o";
constexpr std::size_t kMost = 64;

}  // namespace

std::vector<std::string> look_alikes(std::string_view key) {
  std::vector<std::string> out;
  const auto at = key.rfind('@');
  if (at == std::string_view::npos) return out;
  for (std::size_t i = 0; i < at && out.size() < kMost; ++i) {
    const auto found = kPairs.find(key[i]);
    if (found == std::string_view::npos) continue;
    std::string other(key);
    other[i] = kPairs[found ^ 1];
    out.push_back(std::move(other));
  }
  return out;
}

void LookAlikes::note(const records::Event& event) {
  using What = records::Event::What;
  if (event.what == What::Delivered) {
    if (any()) seen(canonical_key(event.email));
    return;
  }
  if (event.what != What::Failed && event.what != What::Bounced) return;
  if (event.reason != "userunknown") return;
  for (const auto& other : look_alikes(canonical_key(event.email))) wanted_.insert(hasher_(other));
}

void LookAlikes::seen(std::string_view key) {
  const auto hash = hasher_(key);
  if (wanted_.find(hash)) wanted_.insert(hash).first.good = true;
}

std::optional<std::string> LookAlikes::find(std::string_view key) const {
  std::optional<std::string> out;
  for (auto& other : look_alikes(key)) {
    const auto* known = wanted_.find(hasher_(other));
    if (!(known && known->good) && !(reached_ && reached_(other))) continue;
    if (out) return std::nullopt;
    out = std::move(other);
  }
  return out;
}

}  // namespace hagaki::rules
