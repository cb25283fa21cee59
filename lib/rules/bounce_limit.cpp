#include "rules/bounce_limit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace hagaki::rules {
namespace {

constexpr std::size_t kRows = 2000;
constexpr std::size_t kExample = 300;
constexpr std::uint64_t kMostFirst = 1'000'000'000;

/// "5" or "0.5", of a hundred.
std::optional<double> parse_percent(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = parse_unsigned(text.substr(0, point), 100);
  if (!whole) return std::nullopt;
  double percent = static_cast<double>(*whole);
  if (point != std::string_view::npos) {
    const auto digits = text.substr(point + 1);
    const auto part = parse_unsigned(digits, 999);
    if (!part) return std::nullopt;
    double unit = 1;
    for (std::size_t i = 0; i < digits.size(); ++i) unit /= 10;
    percent += static_cast<double>(*part) * unit;
  }
  if (percent > 100) return std::nullopt;
  return percent;
}

}  // namespace

Result<BounceLimit> parse_bounce_limit(std::string_view text) {
  BounceLimit limit;
  if (text == "off") {
    limit.share = 1;
    return limit;
  }
  const auto slash = text.find('/');
  auto share = text.substr(0, slash);
  const auto wrong = [&text] {
    return fail(ErrorCode::Syntax, "\"" + printable(text) + "\" is no limit such as 5%/500");
  };
  if (!share.ends_with('%')) return wrong();
  share.remove_suffix(1);
  const auto percent = parse_percent(share);
  if (!percent) return wrong();
  limit.share = *percent / 100;
  if (slash != std::string_view::npos) {
    const auto first = parse_unsigned(text.substr(slash + 1), kMostFirst);
    if (!first || *first == 0) return wrong();
    limit.first = *first;
  }
  return limit;
}

bool BounceWatch::count(std::string_view receiver, bool dead, std::string_view text) {
  ++recipients_;
  if (dead) ++dead_;
  auto row = rows_.find(receiver);
  if (row == rows_.end()) {
    const auto name = rows_.size() < kRows ? receiver : std::string_view("others");
    row = rows_.try_emplace(std::string(name)).first;
    row->second.receiver = name;
  }
  ++row->second.recipients;
  if (dead) {
    ++row->second.dead;
    row->second.example = utf8_prefix(text, kExample);
  }
  if (told_ || !dead || !too_many()) return false;
  told_ = true;
  return true;
}

void BounceWatch::count_earlier(std::uint64_t recipients, std::uint64_t dead) {
  recipients_ += recipients;
  dead_ += dead;
}

bool BounceWatch::too_many() const {
  if (limit_.share >= 1) return false;
  const auto whole = std::max(recipients_, limit_.first);
  return static_cast<double>(dead_) > limit_.share * static_cast<double>(whole) + 1e-9;
}

std::vector<BounceWatch::Row> BounceWatch::rows() const {
  std::vector<Row> out;
  for (const auto& [name, row] : rows_) {
    if (row.dead > 0) out.push_back(row);
  }
  std::sort(out.begin(), out.end(), [](const Row& a, const Row& b) {
    return a.dead != b.dead ? a.dead > b.dead : a.receiver < b.receiver;
  });
  return out;
}

}  // namespace hagaki::rules
