#include "net/dns_servers.h"

#include <ares.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "dns/ip.h"
#include "net/url.h"

namespace hagaki::net {

Result<std::string> parse_server(const std::string& text) {
  const auto wrong = [&] {
    return fail(ErrorCode::Config, "a resolver is an IP address, or one with a port: 192.0.2.1:53",
                text);
  };
  // An IPv6 address without a port needs no brackets.
  const auto named = dns::parse_ip(text) ? HostPort{text, std::nullopt} : parse_host_port(text);
  if (!named) return wrong();
  const auto ip = dns::parse_ip(named->host == "localhost" ? "127.0.0.1" : named->host);
  if (!ip) return wrong();
  return url_host(ip->text()) + ':' + std::to_string(named->port.value_or(53));
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
    out.push_back(url_host(ip.text()) + ':' + std::to_string(port));
  }
  ares_free_data(nodes);
  if (out.empty()) return fail(ErrorCode::Config, "the system names no DNS resolver");
  return out;
}

}  // namespace hagaki::net
