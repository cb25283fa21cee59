#include "rules/policy_values.h"

#include <fmt/core.h>

#include "base/time.h"

namespace hagaki::rules {
namespace {

using std::chrono::milliseconds;

constexpr int kMostFailures = 1000;
constexpr std::int64_t kMostAnswers = 1'000'000'000;

}  // namespace

std::uint64_t PolicyValues::whole(const toml::node& node, std::string_view what) {
  const auto value = node.value_exact<std::int64_t>();
  if (value && *value >= 1 && *value <= kMostAnswers) return static_cast<std::uint64_t>(*value);
  wrong(node, fmt::format("{} must be a whole number from 1 to {}", what, kMostAnswers));
  return 1;
}

double PolicyValues::decimal(const toml::node& node, std::string_view what, double least,
                             double most) {
  const auto value = node.value<double>();
  if (value && *value >= least && *value <= most) return *value;
  wrong(node, fmt::format("{} must be a number from {} to {}", what, least, most));
  return most;
}

milliseconds PolicyValues::duration(const toml::node& node, std::string_view what) {
  const auto time = parse_duration(node.value_or(std::string_view()));
  if (!time) {
    wrong(node, fmt::format("{} must be a time like \"12h\", \"30d\" or \"2w\"", what));
  }
  return time.value_or(milliseconds(0));
}

int PolicyValues::number(const toml::node& node, std::string_view what) {
  const auto value = node.value_exact<std::int64_t>();
  if (value && *value >= 1 && *value <= kMostFailures) return static_cast<int>(*value);
  wrong(node, fmt::format("{} must be a whole number from 1 to {}", what, kMostFailures));
  return 1;
}

std::vector<std::string> PolicyValues::strings(const toml::node& node, std::string_view what) {
  std::vector<std::string> out;
  const auto* array = node.as_array();
  if (!array) {
    wrong(node, fmt::format("{} must be a list of strings", what));
    return out;
  }
  for (const auto& item : *array) {
    if (const auto* text = item.as_string()) {
      out.push_back(text->get());
    } else {
      wrong(item, fmt::format("{} must be a list of strings", what));
    }
  }
  return out;
}

}  // namespace hagaki::rules
