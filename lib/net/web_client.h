#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"

namespace hagaki::net {

/// A page to fetch.
struct WebRequest {
  std::string url;         ///< http or https
  std::string user_agent;  ///< who asks
  std::string ca_file;     ///< empty: the system's
  std::size_t most_bytes = 10u << 20;
  std::chrono::milliseconds timeout{60'000};  ///< for all of it
  /// Connect to addresses too that only a network of its own knows (dns::is_public()).
  bool allow_private = false;
};

/// What a web server answered, whatever its status.
struct WebAnswer {
  long status = 0;
  std::string location;    ///< of a redirection, as the server has it
  std::string media_type;  ///< lower case, without parameters: "text/html"; empty = not said
  std::string charset;     ///< of the Content-Type; empty = not said
  std::string body;        ///< unpacked; the first most_bytes of it
  bool truncated = false;  ///< there was more
};

/// Fetches single documents by http and https with libcurl on a Loop: certificates verified, no
/// redirects, no proxies, no cookies, packed bodies unpacked (and counted unpacked). Names are
/// looked up by the system; the address that is connected to is what is_public() is asked about, so
/// no name can lead elsewhere. Must not outlive its loop.
class WebClient {
 public:
  /// Error::Retry when the server cannot be reached or is silent, Error::Denied when its
  /// certificate cannot be trusted or its address is not public, Error::Protocol when what it sends
  /// is no HTTP.
  using Done = std::function<void(Result<WebAnswer>)>;

  explicit WebClient(Loop& loop);
  /// Forgets what is under way: its `done` is not called.
  ~WebClient();
  WebClient(const WebClient&) = delete;
  WebClient& operator=(const WebClient&) = delete;

  /// `done` is called once, from the loop, never from inside get(). It must not destroy the client.
  void get(const WebRequest& request, Done done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::net
