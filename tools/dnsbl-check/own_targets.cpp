#include "own_targets.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "dns/ip.h"
#include "dsn/received.h"
#include "mime/headers.h"
#include "net/outbound_address.h"

using namespace hagaki;

namespace {

/// The header section of a message; what follows is read and dropped, so that who writes it is not
/// cut off.
Result<std::string> read_head() {
  auto input = cli::open_input("-");
  if (!input) return tl::unexpected(input.error());
  std::string head;
  std::string block(64u << 10, '\0');
  for (;;) {
    const auto got = input->read_some(block.data(), block.size());
    if (got < 0) return fail(ErrorCode::Io, "reading failed", "stdin");
    if (got == 0) return head;
    const auto room = limits::kHeaderBytes - std::min(head.size(), limits::kHeaderBytes);
    head.append(block, 0, std::min(static_cast<std::size_t>(got), room));
  }
}

void add(const dns::IpAddress& ip, Options& options) {
  auto text = ip.text();
  auto& targets = options.targets;
  if (std::find(targets.begin(), targets.end(), text) == targets.end()) {
    targets.push_back(std::move(text));
  }
}

void add_own(Options& options, cli::Log& log) {
  for (const auto& ip : net::outbound_addresses()) {
    if (dns::is_public(ip)) {
      log.debug("this machine sends from " + ip.text());
      add(ip, options);
    } else {
      log.warning("this machine sends from " + ip.text() +
                  ", a private address: the world sees that of a NAT, which --received finds in a "
                  "message that you sent to another network");
    }
  }
}

Result<void> add_received(Options& options, cli::Log& log) {
  const auto head = read_head();
  if (!head) return tl::unexpected(head.error());
  for (const auto& ip : dsn::sending_addresses(mime::Headers::parse(*head))) {
    if (dns::is_public(ip)) {
      add(ip, options);
    } else {
      log.debug(ip.text() + " is a private address: left out");
    }
  }
  return {};
}

}  // namespace

Result<void> find_targets(Options& options, cli::Log& log) {
  if (!options.self && !options.received) return {};
  if (options.self) add_own(options, log);
  if (options.received) {
    if (auto ok = add_received(options, log); !ok) return ok;
  }
  if (!options.targets.empty()) return {};
  return fail(ErrorCode::NotFound,
              options.received ? "no Received header field on standard input names a public address"
                               : "this machine has no public address: name the one to ask about");
}
