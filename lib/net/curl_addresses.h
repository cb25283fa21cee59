#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hagaki::net {

/// Tells one transfer of libcurl where its host is, so that libcurl asks no DNS. It is told in a
/// cache of the transfer's own: the one that transfers of a multi handle share would keep each host
/// that was ever connected to, and libcurl goes through all of it with each connection.
class CurlAddresses {
 public:
  /// `addresses` are not empty. The transfer must be cleaned up before this object goes.
  void set(CURL* easy, const std::string& host, std::uint16_t port,
           const std::vector<std::string>& addresses);

 private:
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  struct FreeShare {
    void operator()(CURLSH* share) const { curl_share_cleanup(share); }
  };
  std::unique_ptr<curl_slist, FreeList> list_;
  std::unique_ptr<CURLSH, FreeShare> cache_;
};

}  // namespace hagaki::net
