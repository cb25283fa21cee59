#include "net/curl_stream.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "net/curl_library.h"
#include "net/tls_trouble.h"
#include "net/url.h"

namespace hagaki::net {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLongestExchange{600};

/// What the server says until the session is ours; the last line explains a refusal.
struct Opening {
  std::string last;
  std::size_t total = 0;
};

std::size_t on_line(char* bytes, std::size_t size, std::size_t count, void* state) {
  auto& opening = *static_cast<Opening*>(state);
  const std::string_view line = trim({bytes, size * count});
  opening.total += size * count;
  if (opening.total > limits::kReplyBytes) return 0;
  if (!line.empty()) opening.last = line.substr(0, limits::kReplyLine);
  return size * count;
}

/// Response codes that promise another day (RFC 5530, RFC 3206, RFC 2449).
bool is_passing(std::string_view words) {
  for (const char* code : {"[UNAVAILABLE]", "[INUSE]", "[IN-USE]", "[SYS/TEMP]", "[LOGIN-DELAY]",
                           "[LIMIT]", "[SERVERBUG]"}) {
    if (ascii_ifind(words, code) != std::string_view::npos) return true;
  }
  return false;
}

/// "A003 NO [AUTHENTICATIONFAILED] Wrong password" without what only programs read.
std::string words_of(std::string_view line) {
  if (line.starts_with("-ERR")) return std::string(trim(line.substr(4)));
  const auto space = line.find(' ');
  return std::string(space == std::string_view::npos ? line : trim(line.substr(space)));
}

class CurlStream : public ByteStream {
 public:
  CurlStream(const CurlLibrary& curl, const MailboxTarget& target)
      : curl_(curl), easy_(curl.easy_init()), timeout_(target.timeout) {}
  ~CurlStream() override { curl_.easy_cleanup(easy_); }

  Result<void> connect(const MailboxTarget& target);
  Result<std::size_t> receive(char* to, std::size_t most) override;
  Result<void> send(std::string_view bytes) override;
  void answered() override { deadline_ = Clock::now() + kLongestExchange; }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_.easy_setopt(easy_, option, value);
  }
  Result<void> wait(short events);

  const CurlLibrary& curl_;
  CURL* easy_;
  std::chrono::seconds timeout_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  Clock::time_point deadline_;
};

Result<void> CurlStream::connect(const MailboxTarget& target) {
  if (easy_ == nullptr) return fail(ErrorCode::Retry, "out of memory");
  const bool imap = target.protocol == MailboxTarget::Protocol::Imap;
  const std::string scheme = std::string(imap ? "imap" : "pop3") + (target.implicit_tls ? "s" : "");
  const std::string url = fmt::format("{}://{}:{}/", scheme, url_host(target.host), target.port);
  Opening opening;
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_CONNECT_ONLY, 1L);
  // A proxy that the environment names for web pages is not meant for mail.
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HEADERFUNCTION, &on_line);
  set(CURLOPT_HEADERDATA, &opening);
  set(CURLOPT_SASL_IR, 1L);
  set(CURLOPT_USERNAME, target.user.c_str());
  set(CURLOPT_PASSWORD, target.password.c_str());
  set(CURLOPT_USE_SSL, static_cast<long>(target.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!target.ca_file.empty()) {
    // Instead of the system's: the folder that is compiled into libcurl would be asked as well.
    set(CURLOPT_CAINFO, target.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  const auto seconds = static_cast<long>(timeout_.count());
  set(CURLOPT_CONNECTTIMEOUT, seconds);  // up to the login's end
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds);
  const CURLcode code = curl_.easy_perform(easy_);
  set(CURLOPT_HEADERFUNCTION, static_cast<curl_write_callback>(nullptr));
  set(CURLOPT_HEADERDATA, static_cast<void*>(nullptr));
  if (code == CURLE_OK) {
    curl_.easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket_);
    deadline_ = Clock::now() + kLongestExchange;
    return {};
  }
  const std::string why = curl_.easy_strerror(code);
  if (code == CURLE_LOGIN_DENIED) {
    if (opening.last.empty()) return fail(ErrorCode::Denied, "login refused");
    return fail(is_passing(opening.last) ? ErrorCode::Retry : ErrorCode::Denied,
                "login refused: " + words_of(opening.last));
  }
  if (code == CURLE_USE_SSL_FAILED) return fail(ErrorCode::Denied, "server does not offer TLS");
  if (is_tls_trouble(code)) return fail(ErrorCode::Denied, why);
  if (code == CURLE_OPERATION_TIMEDOUT) return fail(ErrorCode::Retry, "no answer in time");
  if (code == CURLE_UNSUPPORTED_PROTOCOL) return fail(ErrorCode::Unsupported, why);
  return fail(ErrorCode::Retry, why);
}

Result<void> CurlStream::wait(short events) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
    const auto most = std::min<std::chrono::milliseconds>(timeout_, left);
    if (most.count() <= 0) return fail(ErrorCode::Retry, "the server takes too long");
    pollfd one{socket_, events, 0};
    const int ready = poll(&one, 1, static_cast<int>(most.count()));
    if (ready > 0) return {};
    if (ready == 0) return fail(ErrorCode::Retry, "no answer in time");
    if (errno != EINTR) return fail(ErrorCode::Retry, "waiting failed");
  }
}

Result<std::size_t> CurlStream::receive(char* to, std::size_t most) {
  for (;;) {
    std::size_t n = 0;
    const CURLcode code = curl_.easy_recv(easy_, to, most, &n);
    if (code == CURLE_OK && n > 0) {
      // A server that sends byte after byte must not keep us forever either.
      if (Clock::now() > deadline_) return fail(ErrorCode::Retry, "the server takes too long");
      return n;
    }
    if (code == CURLE_OK) return fail(ErrorCode::Retry, "the server closed the connection");
    if (code != CURLE_AGAIN) return fail(ErrorCode::Retry, curl_.easy_strerror(code));
    if (auto waited = wait(POLLIN); !waited) return tl::unexpected<Error>(waited.error());
  }
}

Result<void> CurlStream::send(std::string_view bytes) {
  deadline_ = Clock::now() + kLongestExchange;
  while (!bytes.empty()) {
    std::size_t n = 0;
    const CURLcode code = curl_.easy_send(easy_, bytes.data(), bytes.size(), &n);
    if (code != CURLE_OK && code != CURLE_AGAIN) {
      return fail(ErrorCode::Retry, curl_.easy_strerror(code));
    }
    bytes.remove_prefix(n);
    if (bytes.empty() || n > 0) continue;
    if (auto waited = wait(POLLOUT); !waited) return waited;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ByteStream>> connect_mailbox(const MailboxTarget& target) {
  const auto curl = CurlLibrary::load();
  if (!curl) return tl::unexpected<Error>(curl.error());
  auto stream = std::make_unique<CurlStream>(**curl, target);
  if (auto connected = stream->connect(target); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  return stream;
}

}  // namespace hagaki::net
