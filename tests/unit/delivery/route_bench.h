#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "campaign_bench.h"
#include "rules/route_table.h"

/// What tests of campaigns by a table of routes need besides: its relays.
namespace campaign_bench {

inline delivery::Relay relay(const std::string& name, const ScriptedServer& server) {
  delivery::Relay relay;
  relay.host = "127.0.0.1";
  relay.port = static_cast<std::uint16_t>(server.port());
  relay.name = name;
  return relay;
}

/// A table whose relays are `relays` and that goes on with `text`.
inline void route(Bench& bench, std::vector<delivery::Relay> relays, const std::string& text) {
  std::string file = text;
  for (const auto& relay : relays) file += fmt::format("[relay.{}]\nurl = \"x\"\n", relay.name);
  auto table = rules::RouteTable::parse(file, "routes");
  if (!table) FAIL(table.error().text());
  bench.options.routes = std::make_shared<const rules::RouteTable>(std::move(*table));
  bench.options.relays = std::move(relays);
}

/// Refuses this step because of our address, where the argument ends with `whose`.
inline ScriptedServer::Script blocking(std::string step, std::string whose = {}) {
  return [step = std::move(step), whose = std::move(whose)](std::string_view event,
                                                            std::string_view who) {
    const bool refuses = event == step && who.ends_with(whose);
    return refuses
               ? Answer::say("554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/")
               : Answer{};
  };
}

/// A port where nobody listens.
inline int closed_port() {
  return ScriptedServer(usual).port();
}

inline std::vector<std::string> operator+(std::vector<std::string> a,
                                          const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace campaign_bench
