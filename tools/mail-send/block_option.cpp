#include "block_option.h"

using namespace hagaki;

void add_block_option(cli::App& app, BlockOption& option) {
  app.value("--on-block", "next-source", option.text,
            "Mail who would be mailed from a blocked --source-ip from the next one that is not");
}

Result<void> check_block_option(BlockOption& option, std::size_t sources) {
  if (option.text.empty()) return {};
  if (option.text != "next-source") {
    return fail(ErrorCode::Config, "--on-block needs next-source");
  }
  if (sources < 2) {
    return fail(ErrorCode::Config, "--on-block next-source needs several --source-ip");
  }
  option.next_source = true;
  return {};
}
