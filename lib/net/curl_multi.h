#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "net/loop.h"

namespace hagaki::net {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

using Easy = std::unique_ptr<CURL, EasyCleanup>;

/// Has certificates checked with those in `ca_file` instead of the system's; of an empty name with
/// the system's.
void trust_only(CURL* easy, const std::string& ca_file);

/// libcurl's multi interface on a Loop. Not for use from inside libcurl's own callbacks.
class CurlMulti {
 public:
  using Done = std::function<void(CURLcode)>;

  explicit CurlMulti(Loop& loop);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  /// Starts `easy`; `done` is called once from the loop, and may remove() any handle. The handle
  /// stays in the multi after that (a CONNECT_ONLY session lives there).
  void add(CURL* easy, Done done);
  /// Takes it out, whether done or not; its connection is closed.
  void remove(CURL* easy);

 private:
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void act(curl_socket_t fd, int flags);
  void collect();

  Loop& loop_;
  CURLM* multi_;
  Timer timer_;
  std::unordered_map<curl_socket_t, std::unique_ptr<Poll>> polls_;
  std::unordered_map<CURL*, Done> done_;
};

}  // namespace hagaki::net
