#include "net/curl_addresses.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>

#include "net/curl_multi.h"

namespace hagaki::net {
namespace {

/// A socket at `ip` and `port`, 0 for any that is free.
struct Bound {
  Bound(const char* ip, std::uint16_t wanted) : fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(wanted);
    inet_pton(AF_INET, ip, &address.sin_addr);
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Bound() { close(fd); }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  int fd;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("an address that was named for one transfer is not another's") {
  Loop loop;
  CurlMulti multi(loop);
  // Nobody listens at the one, so that who connects there is refused.
  const Bound nobody("127.0.0.1", 0);
  const Bound server("127.0.0.2", nobody.port);
  REQUIRE(listen(server.fd, 8) == 0);
  const auto connect = [&](CURL* easy) {
    const std::string url = "http://localhost:" + std::to_string(server.port) + "/";
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, static_cast<long>(CURL_IPRESOLVE_V4));
    std::optional<CURLcode> code;
    loop.hold();
    multi.add(easy, [&](CURLcode came) {
      code = came;
      loop.release();
      loop.stop();
    });
    loop.run();
    multi.remove(easy);
    return code;
  };

  CurlAddresses addresses;
  const Easy told(curl_easy_init());
  const Easy not_told(curl_easy_init());
  addresses.set(told.get(), "localhost", server.port, {"127.0.0.2"});
  CHECK(connect(told.get()) == CURLE_OK);
  CHECK(connect(not_told.get()) == CURLE_COULDNT_CONNECT);
}

}  // namespace hagaki::net
