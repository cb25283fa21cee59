#include "block_option.h"

#include <string_view>

#include "base/text.h"

using namespace hagaki;

namespace {

constexpr std::string_view kRelay = "relay:";

}  // namespace

void add_block_option(cli::App& app, BlockOption& option) {
  app.value("--on-block", "next-source|relay:NAME", option.text,
            "Mail whose receiver refuses us from the next --source-ip that is not refused, or "
            "through this relay of --route");
}

Result<void> check_block_option(BlockOption& option, std::size_t sources, RouteOptions& routing) {
  if (option.text.empty()) return {};
  if (option.text.starts_with(kRelay) && option.text.size() > kRelay.size()) {
    if (routing.file.empty()) {
      return fail(ErrorCode::Config,
                  "--on-block relay:NAME needs --route, whose file describes the relay");
    }
    option.relay = ascii_lower(option.text.substr(kRelay.size()));
    routing.stand_in = option.relay;
    return {};
  }
  if (option.text != "next-source") {
    return fail(ErrorCode::Config, "--on-block needs next-source or relay:NAME");
  }
  if (sources < 2) {
    return fail(ErrorCode::Config, "--on-block next-source needs several --source-ip");
  }
  option.next_source = true;
  return {};
}
