#include "delivery/campaign.h"

#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {

struct Campaign::State {
  net::Loop& loop;
  dns::Resolver& resolver;
  store::Journal& journal;
  Options options;
  std::unique_ptr<Engine> engine;
  std::optional<std::string> stop_before;  // asked for before run()
  Summary summary;
};

bool uses_dns(const Options& options) {
  if (!options.routes) return options.relays.empty();
  return options.routes->sends_direct() || options.routes->asks_for_providers();
}

Campaign::Campaign(net::Loop& loop, dns::Resolver& resolver, store::Journal& journal,
                   Options options)
    : state_(new State{loop, resolver, journal, std::move(options), nullptr, {}, {}}) {}

Campaign::~Campaign() = default;

Summary Campaign::run(RecipientSource& source, Renderer& renderer, EventSink& sink) {
  State& s = *state_;
  s.engine =
      std::make_unique<Engine>(s.loop, s.resolver, s.journal, s.options, source, renderer, sink);
  if (s.stop_before) s.engine->stop(*s.stop_before);
  s.summary = s.engine->run();
  s.engine.reset();
  return s.summary;
}

void Campaign::stop(std::string why) {
  if (state_->engine) {
    state_->engine->stop(std::move(why));
  } else {
    state_->stop_before = std::move(why);
  }
}

const Summary& Campaign::progress() const {
  return state_->engine ? state_->engine->summary() : state_->summary;
}

std::vector<Crowd> Campaign::crowds(std::size_t most) const {
  return state_->engine ? state_->engine->crowds(most) : std::vector<Crowd>{};
}

}  // namespace hagaki::delivery
