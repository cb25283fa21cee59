#include "net/dns_servers.h"

#include <ares.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "dns/ip.h"

namespace hagaki::net {

Result<std::string> parse_server(const std::string& text) {
  const auto wrong = [&] {
    return fail(ErrorCode::Config, "a resolver is named by IP address and port, not so", text);
  };
  std::string_view host = text;
  std::string_view port = "53";
  if (host.starts_with('[')) {
    const auto close = host.find(']');
    if (close == std::string_view::npos) return wrong();
    const auto rest = host.substr(close + 1);
    host = host.substr(1, close - 1);
    if (!rest.empty()) {
      if (rest[0] != ':') return wrong();
      port = rest.substr(1);
    }
  } else if (const auto colon = host.find(':');
             colon != std::string_view::npos &&
             host.find(':', colon + 1) == std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  const auto number = parse_unsigned(port, 65535);
  if (!number || *number == 0) return wrong();
  const auto ip = dns::parse_ip(host == "localhost" ? "127.0.0.1" : host);
  if (!ip) return wrong();
  return (ip->v6 ? '[' + ip->text() + ']' : ip->text()) + ':' + std::to_string(*number);
}

Result<std::vector<std::string>> system_servers() {
  ares_channel channel = nullptr;
  ares_addr_port_node* nodes = nullptr;
  int status = ares_init(&channel);
  if (status == ARES_SUCCESS) {
    status = ares_get_servers_ports(channel, &nodes);
    ares_destroy(channel);
  }
  if (status != ARES_SUCCESS) return fail(ErrorCode::Config, ares_strerror(status), "resolver");
  std::vector<std::string> out;
  for (auto* node = nodes; node != nullptr; node = node->next) {
    dns::IpAddress ip;
    ip.v6 = node->family == AF_INET6;
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&node->addr), ip.size(), ip.bytes.begin());
    const int port = node->udp_port == 0 ? 53 : node->udp_port;
    out.push_back((ip.v6 ? '[' + ip.text() + ']' : ip.text()) + ':' + std::to_string(port));
  }
  ares_free_data(nodes);
  if (out.empty()) return fail(ErrorCode::Config, "the system names no DNS resolver");
  return out;
}

}  // namespace hagaki::net
