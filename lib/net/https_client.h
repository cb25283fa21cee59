#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace hagaki::net {

/// What to fetch, and where from.
struct HttpsRequest {
  std::string host;                    ///< that the certificate must name
  std::vector<std::string> addresses;  ///< of it, at least one
  std::uint16_t port = 443;
  std::string path;     ///< from "/" on
  std::string ca_file;  ///< empty: the system's
  std::size_t most_bytes = 64u << 10;
  std::chrono::milliseconds timeout{60'000};  ///< for all of it
};

/// What a server sent with status 200.
struct HttpsDocument {
  std::string media_type;  ///< lower case, without parameters: "text/plain"
  std::string body;
};

/// Fetches small documents by HTTPS with libcurl on a Loop: verified, without redirects, proxies
/// and cookies. Must not outlive its loop.
class HttpsClient {
 public:
  /// Error::Retry when the server cannot be reached, is silent or speaks no TLS, Error::Denied when
  /// its certificate cannot be trusted, Error::NotFound for any other status than 200, Error::Limit
  /// when there is too much.
  using Done = std::function<void(const Result<HttpsDocument>&)>;

  explicit HttpsClient(Loop& loop);
  /// Forgets what is under way: its `done` is not called.
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  /// `done` is called once, from the loop, never from inside get(). It must not destroy the client.
  void get(const HttpsRequest& request, Done done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::net
