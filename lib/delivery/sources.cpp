#include "delivery/sources.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace hagaki::delivery {

int Source::share_of(int sessions) const {
  return std::max(1, static_cast<int>(std::lround(sessions * share)));
}

Sources::Sources(const Options& options) : pool_(options.sources) {
  double weights = 0;
  for (const auto& address : pool_.all()) weights += address.weight;
  for (const auto& address : pool_.all()) {
    auto source = std::make_unique<Source>();
    source->ip = address.ip.text();
    source->v6 = address.ip.v6;
    source->helo = address.helo.empty() ? options.helo : address.helo;
    source->share = address.weight / weights;
    all_.push_back(std::move(source));
  }
  if (!all_.empty()) return;
  all_.push_back(std::make_unique<Source>());
  all_.front()->helo = options.helo;
}

std::vector<Source*> Sources::order(std::string_view key) const {
  if (!several()) return {all_.front().get()};
  std::vector<Source*> out;
  for (const auto place : pool_.order(key)) out.push_back(all_[place].get());
  return out;
}

bool Sources::present(std::string_view name) const {
  return std::any_of(all_.begin(), all_.end(),
                     [name](const auto& source) { return ascii_iequals(source->helo, name); });
}

}  // namespace hagaki::delivery
