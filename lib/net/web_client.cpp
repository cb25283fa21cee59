#include "net/web_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <utility>

#include "base/text.h"
#include "dns/ip.h"
#include "net/curl_multi.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kMostHeaderBytes = 256u << 10;
constexpr long kConnectSeconds = 15;
constexpr long kLowSpeed = 100;  // bytes a second
constexpr long kLowSpeedSeconds = 20;

/// One page on its way.
struct Transfer {
  Easy easy{curl_easy_init()};
  std::size_t most_bytes = 0;
  std::size_t header_bytes = 0;
  bool allow_private = false;
  bool refused_address = false;
  bool too_many_headers = false;
  WebAnswer answer;
  WebClient::Done done;

  void prepare(const WebRequest& request);
  Result<WebAnswer> judge(CURLcode code);
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* state) {
  auto& self = *static_cast<Transfer*>(state);
  const std::size_t n = size * count;
  self.header_bytes += n;
  self.too_many_headers = self.header_bytes > kMostHeaderBytes;
  const std::string_view line = trim(std::string_view(bytes, n));
  if (ascii_istarts_with(line, "location:")) self.answer.location = trim(line.substr(9));
  return self.too_many_headers ? 0 : n;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* state) {
  auto& self = *static_cast<Transfer*>(state);
  const std::size_t n = size * count;
  const std::size_t room = self.most_bytes - self.answer.body.size();
  self.answer.body.append(bytes, std::min(n, room));
  self.answer.truncated = n > room;
  return self.answer.truncated ? 0 : n;
}

dns::IpAddress ip_of(const sockaddr& address) {
  dns::IpAddress ip;
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &address, sizeof in6);
    ip.v6 = true;
    std::memcpy(ip.bytes.data(), &in6.sin6_addr, 16);
  } else {
    sockaddr_in in4{};
    std::memcpy(&in4, &address, sizeof in4);
    std::memcpy(ip.bytes.data(), &in4.sin_addr, 4);
  }
  return ip;
}

/// Opens the socket of a connection, unless it leads where no page of the web is.
curl_socket_t on_open(void* state, curlsocktype, curl_sockaddr* to) {
  auto& self = *static_cast<Transfer*>(state);
  const bool internet = to->family == AF_INET || to->family == AF_INET6;
  if (!internet || (!self.allow_private && !dns::is_public(ip_of(to->addr)))) {
    self.refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

void Transfer::prepare(const WebRequest& request) {
  CURL* e = easy.get();
  most_bytes = request.most_bytes;
  allow_private = request.allow_private;
  curl_easy_setopt(e, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(e, CURLOPT_PROXY, "");
  curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  // Every connection passes on_open().
  curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(e, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(e, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
  trust_only(e, request.ca_file);
  curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(e, CURLOPT_USERAGENT, request.user_agent.c_str());
  curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, kLowSpeed);
  curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, kLowSpeedSeconds);
  curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, &on_open);
  curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(e, CURLOPT_WRITEDATA, this);
}

/// The value of the parameter `name` of a header's value (RFC 9110 §5.6.6), its quotes taken off.
std::string parameter(std::string_view value, std::string_view name) {
  for (auto piece : split(value, ';')) {
    piece = trim(piece);
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos || !ascii_iequals(trim(piece.substr(0, equals)), name)) {
      continue;
    }
    auto found = trim(piece.substr(equals + 1));
    if (found.size() >= 2 && found.front() == '"' && found.back() == '"') {
      found = found.substr(1, found.size() - 2);
    }
    return std::string(found);
  }
  return {};
}

Result<WebAnswer> Transfer::judge(CURLcode code) {
  if (refused_address && code == CURLE_COULDNT_CONNECT) {
    return fail(ErrorCode::Denied,
                "the host is in a private network or on this machine (--allow-private)");
  }
  if (too_many_headers) return fail(ErrorCode::Limit, "the header is larger than 256 KiB");
  if (code != CURLE_OK && !(answer.truncated && code == CURLE_WRITE_ERROR)) {
    switch (code) {
      case CURLE_PEER_FAILED_VERIFICATION:
        return fail(ErrorCode::Denied, "the certificate cannot be trusted");
      case CURLE_OPERATION_TIMEDOUT:
        return fail(ErrorCode::Retry, "no answer in time");
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_BAD_CONTENT_ENCODING:
        return fail(ErrorCode::Protocol, curl_easy_strerror(code));
      default:
        return fail(ErrorCode::Retry, curl_easy_strerror(code));
    }
  }
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  const char* type = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  const std::string_view whole = type ? type : "";
  answer.media_type = ascii_lower(trim(whole.substr(0, whole.find(';'))));
  answer.charset = parameter(whole, "charset");
  return std::move(answer);
}

}  // namespace

struct WebClient::State {
  explicit State(Loop& loop) : multi(loop) {}
  ~State() {
    for (const auto& transfer : transfers) multi.remove(transfer.easy.get());
  }

  CurlMulti multi;
  std::list<Transfer> transfers;
};

WebClient::WebClient(Loop& loop) : state_(std::make_unique<State>(loop)) {}
WebClient::~WebClient() = default;

void WebClient::get(const WebRequest& request, Done done) {
  auto& transfers = state_->transfers;
  const auto transfer = transfers.emplace(transfers.end());
  transfer->prepare(request);
  transfer->done = std::move(done);
  state_->multi.add(transfer->easy.get(), [state = state_.get(), transfer](CURLcode code) {
    auto result = transfer->judge(code);
    const Done tell = std::move(transfer->done);
    state->multi.remove(transfer->easy.get());
    state->transfers.erase(transfer);
    tell(std::move(result));
  });
}

}  // namespace hagaki::net
