#include "net/curl_addresses.h"

#include <cassert>

#include <fmt/core.h>

#include "net/url.h"

namespace hagaki::net {

void CurlAddresses::set(CURL* easy, const std::string& host, std::uint16_t port,
                        const std::vector<std::string>& addresses) {
  assert(!addresses.empty());
  std::string entry = fmt::format("{}:{}:", host, port);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    entry += (i > 0 ? "," : "") + url_host(addresses[i]);
  }
  cache_.reset(curl_share_init());
  if (cache_) {
    curl_share_setopt(cache_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_easy_setopt(easy, CURLOPT_SHARE, cache_.get());
  }
  list_.reset(curl_slist_append(nullptr, entry.c_str()));
  curl_easy_setopt(easy, CURLOPT_RESOLVE, list_.get());
}

}  // namespace hagaki::net
