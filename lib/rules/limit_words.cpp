#include "rules/limit_words.h"

#include <fmt/core.h>

namespace hagaki::rules {
namespace {

constexpr unsigned kMostConnections = 10'000;
constexpr unsigned kMostMessages = 1'000'000;
constexpr std::size_t kMostRates = 16;  // of one table

std::optional<unsigned> number(const toml::node& node, std::string_view what, unsigned least,
                               unsigned most, const Complain& complain) {
  const auto value = node.value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return static_cast<unsigned>(*value);
  complain(node, fmt::format("{} must be a whole number from {} to {}", what, least, most));
  return std::nullopt;
}

std::vector<Rate> rates_of(const toml::node& node, const Complain& complain) {
  std::vector<Rate> out;
  const auto* array = node.as_array();
  if (!array || array->size() > kMostRates) {
    complain(node,
             fmt::format("rates must be a list of at most {} texts like \"5/second\"", kMostRates));
    return out;
  }
  for (const auto& item : *array) {
    const auto* text = item.as_string();
    if (!text) {
      complain(item, "a rate must be a text like \"5/second\"");
    } else if (const auto rate = parse_rate(text->get())) {
      out.push_back(*rate);
    } else {
      complain(item, rate.error().message);
    }
  }
  return out;
}

}  // namespace

bool read_limit_word(std::string_view key, const toml::node& node, LimitWords& words,
                     const Complain& complain) {
  if (key == "connections") {
    words.connections = number(node, key, 1, kMostConnections, complain);
  } else if (key == "messages_per_connection") {
    words.messages_per_connection = number(node, key, 0, kMostMessages, complain);
  } else if (key == "rates") {
    words.rates = rates_of(node, complain);
  } else {
    return false;
  }
  return true;
}

Limits settle_limits(const std::string& name, const LimitWords& words,
                     const LimitWords& otherwise) {
  Limits out;
  out.name = name;
  out.connections = words.connections ? words.connections : otherwise.connections;
  const auto messages = words.messages_per_connection ? words.messages_per_connection
                                                      : otherwise.messages_per_connection;
  if (messages && *messages > 0) out.messages_per_connection = messages;
  const auto& rates = words.rates ? words.rates : otherwise.rates;
  for (const auto& rate : rates.value_or(std::vector<Rate>())) {
    (is_quota(rate) ? out.quotas : out.rates).push_back(rate);
  }
  return out;
}

}  // namespace hagaki::rules
