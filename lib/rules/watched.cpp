#include "rules/watched.h"

namespace hagaki::rules {
namespace {

// No provider's id and no domain has a blank.
constexpr std::string_view kFrom = " from ";

}  // namespace

std::string watched_name(const Watched& watched) {
  std::string out(watched.receiver);
  if (!watched.source.empty()) out.append(kFrom).append(watched.source);
  return out;
}

Watched parse_watched(std::string_view name) {
  const auto at = name.find(kFrom);
  if (at == std::string_view::npos) return {name, {}};
  return {name.substr(0, at), name.substr(at + kFrom.size())};
}

bool concerns_source(ReplySense sense) {
  switch (sense) {
    case ReplySense::Unknown:
    case ReplySense::Unwanted:
    case ReplySense::Content:
      return false;
    case ReplySense::Nothing:
    case ReplySense::Accepted:
    case ReplySense::TooFast:
    case ReplySense::TooMany:
    case ReplySense::Perhaps:
    case ReplySense::PutOff:
    case ReplySense::Refused:
      break;
  }
  return true;
}

bool concerns_all(ReplySense sense) {
  return sense == ReplySense::Accepted || !concerns_source(sense);
}

}  // namespace hagaki::rules
