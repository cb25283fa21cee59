#include "net/smtp_connector.h"

#include <fmt/core.h>
#include <sys/socket.h>

#include <cerrno>
#include <map>
#include <utility>

#include "net/curl_addresses.h"
#include "net/curl_multi.h"
#include "net/dane_tls.h"
#include "net/opportunistic_tls.h"
#include "net/smtp_opening.h"
#include "net/tls_failure.h"
#include "net/url.h"

namespace hagaki::net {
namespace {

std::string text_of(CURL* easy, CURLINFO what) {
  const char* text = nullptr;
  curl_easy_getinfo(easy, what, &text);
  return text ? text : "";
}

}  // namespace

struct SmtpConnector::State {
  explicit State(Loop& l) : loop(l), multi(l) {}
  Loop& loop;
  CurlMulti multi;
  std::map<std::string, OpportunisticTls> trust_stores;  // by CA file

  const OpportunisticTls& trust_store(const std::string& ca_file) {
    return trust_stores.try_emplace(ca_file, ca_file).first->second;
  }
};

struct SmtpConnection::State {
  State(std::shared_ptr<SmtpConnector::State> owner_state, SmtpTarget where, Callbacks hooks)
      : owner(std::move(owner_state)),
        target(std::move(where)),
        callbacks(std::move(hooks)),
        easy(curl_easy_init()),
        connect_timer(owner->loop) {
    if (!target.user.empty() && target.tls == SmtpTls::May) target.tls = SmtpTls::Require;
    dane.host = target.host;
    dane.records = std::move(target.tlsa);
  }
  ~State() {
    poll.reset();
    if (in_multi) owner->multi.remove(easy.get());
  }

  void start(std::weak_ptr<State> self);
  void set_tls();
  void on_done(CURLcode code);
  void on_ready(int events, int error);
  void receive();
  Result<std::size_t> read_some(char* to, std::size_t most);
  Result<std::size_t> write_some(std::string_view bytes);
  void lose(const Error& error);

  /// Which of "none", "unverified", "verified" it came to.
  [[nodiscard]] std::string tls_worth() const {
    if (target.tls == SmtpTls::Require) return "verified";
    if (!trust.used) return "none";
    return trust.verified ? "verified" : "unverified";
  }
  /// Why it came to less than "verified".
  [[nodiscard]] std::string tls_lack() const;
  void explain_tls(SmtpRefused& refusal, CURLcode code) const;
  [[nodiscard]] bool insists() const {
    return target.implicit_tls || (target.tls != SmtpTls::May && target.tls != SmtpTls::None);
  }

  std::shared_ptr<SmtpConnector::State> owner;
  SmtpTarget target;
  Callbacks callbacks;
  std::weak_ptr<State> weak;
  CurlAddresses addresses;  // outlive `easy`
  Easy easy;
  bool in_multi = false;
  bool in_the_clear = false;  // opportunistic TLS failed before
  Timer connect_timer;
  SmtpOpening opening;
  TlsTrust trust;  // but with SmtpTls::Require, where libcurl is the judge
  DaneCheck dane{{}, {}, trust};
  std::string handshake_failure;  // of the try before this one in the clear
  std::unique_ptr<Poll> poll;
  curl_socket_t socket = CURL_SOCKET_BAD;
  bool plain = false;  // no TLS: the socket's bytes are the session's
  bool want_write = false;
  bool open = false;
};

namespace {

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* state) {
  auto& self = *static_cast<SmtpConnection::State*>(state);
  const std::size_t n = size * count;
  return self.opening.feed({bytes, n}) ? n : 0;
}

CURLcode on_ssl_context(CURL*, void* context, void* state) {
  auto& self = *static_cast<SmtpConnection::State*>(state);
  auto* ssl_context = static_cast<SSL_CTX*>(context);
  if (self.target.tls == SmtpTls::Dane) {
    attach_dane(ssl_context, self.dane);
  } else {
    self.owner->trust_store(self.target.ca_file).attach(ssl_context, self.target.host, self.trust);
  }
  return CURLE_OK;
}

}  // namespace

void SmtpConnection::State::set_tls() {
  CURL* e = easy.get();
  const bool require = target.tls == SmtpTls::Require;
  const bool off = target.tls == SmtpTls::None || in_the_clear;
  const auto use = insists() ? CURLUSESSL_ALL : off ? CURLUSESSL_NONE : CURLUSESSL_TRY;
  curl_easy_setopt(e, CURLOPT_USE_SSL, static_cast<long>(use));
  curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, require ? 1L : 0L);
  curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, require ? 2L : 0L);
  if (require) {
    trust_only(e, target.ca_file);
  } else {
    curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, &on_ssl_context);
    curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, this);
  }
}

void SmtpConnection::State::start(std::weak_ptr<State> self) {
  weak = std::move(self);
  CURL* e = easy.get();
  const std::string url = fmt::format("{}://{}:{}/{}", target.implicit_tls ? "smtps" : "smtp",
                                      url_host(target.host), target.port, target.helo);
  curl_easy_setopt(e, CURLOPT_URL, url.c_str());
  curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
  // A proxy that the environment names for web pages is not meant for mail.
  curl_easy_setopt(e, CURLOPT_PROXY, "");
  curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
  // A resumed TLS session shows no certificate.
  curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(e, CURLOPT_SASL_IR, 1L);
  if (!target.user.empty()) {
    curl_easy_setopt(e, CURLOPT_USERNAME, target.user.c_str());
    curl_easy_setopt(e, CURLOPT_PASSWORD, target.password.c_str());
  }
  if (!target.source_ip.empty()) {
    curl_easy_setopt(e, CURLOPT_INTERFACE, ("host!" + target.source_ip).c_str());
    const bool v6 = target.source_ip.find(':') != std::string::npos;
    curl_easy_setopt(e, CURLOPT_IPRESOLVE,
                     static_cast<long>(v6 ? CURL_IPRESOLVE_V6 : CURL_IPRESOLVE_V4));
  }
  if (!target.ip.empty() && target.ip != target.host) {
    addresses.set(e, target.host, target.port, {target.ip});
  }
  // libcurl counts everything up to "ready" as connecting; the TCP part has a limit of its own.
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(target.greeting_timeout);
  curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>((target.connect_timeout + target.greeting_timeout).count()));
  curl_easy_setopt(e, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(seconds.count()));
  set_tls();
  in_multi = true;
  connect_timer.start(target.connect_timeout, [this] {
    double connected = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_CONNECT_TIME, &connected);
    if (connected > 0 || open) return;
    owner->multi.remove(easy.get());
    in_multi = false;
    on_done(CURLE_OPERATION_TIMEDOUT);
  });
  owner->multi.add(e, [this](CURLcode code) { on_done(code); });
}

void SmtpConnection::State::on_done(CURLcode code) {
  const auto alive = weak.lock();  // callbacks may drop the connection
  connect_timer.stop();
  double connected = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_CONNECT_TIME, &connected);
  const std::string remote_ip = text_of(easy.get(), CURLINFO_PRIMARY_IP);
  double secured = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_APPCONNECT_TIME, &secured);
  double looked_up = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_NAMELOOKUP_TIME, &looked_up);
  auto refusal = opening.judge(code, {.connected = connected > 0,
                                      .secured = secured > 0,
                                      .implicit_tls = target.implicit_tls,
                                      .wanted_auth = !target.user.empty()});
  if (refusal && refusal->phase == "tls") explain_tls(*refusal, code);
  if (refusal && refusal->phase == "tls" && !insists() && !in_the_clear) {
    // RFC 7435: better in the clear than not at all, where TLS was not insisted on.
    handshake_failure = refusal->tls_failure;
    if (in_multi) owner->multi.remove(easy.get());
    in_the_clear = true;
    opening = SmtpOpening();
    trust = TlsTrust();
    set_tls();
    in_multi = true;
    owner->multi.add(easy.get(), [this](CURLcode again) { on_done(again); });
    return;
  }
  if (refusal) {
    refusal->remote_ip = remote_ip;
    refusal->timed_out = code == CURLE_OPERATION_TIMEDOUT && looked_up > 0 && connected <= 0;
    if (secured > 0 && refusal->phase != "tls") refusal->tls = tls_worth();
    if (in_multi) owner->multi.remove(easy.get());
    in_multi = false;
    if (callbacks.refused) callbacks.refused(*refusal);
    return;
  }
  curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &socket);
  plain = secured == 0;
  open = true;
  poll = std::make_unique<Poll>(owner->loop, socket);
  const auto watched =
      poll->start(Poll::kReadable, [this](int events, int error) { on_ready(events, error); });
  if (!watched) return lose(watched.error());
  if (callbacks.opened) {
    callbacks.opened({opening.capabilities(), tls_worth(), tls_lack(), remote_ip,
                      text_of(easy.get(), CURLINFO_LOCAL_IP)});
  }
}

std::string SmtpConnection::State::tls_lack() const {
  if (target.tls == SmtpTls::None || tls_worth() == "verified") return {};
  if (!handshake_failure.empty()) return handshake_failure;
  return trust.used ? std::string(tls_failure_name(trust.error)) : "starttls-not-supported";
}

/// Says which step towards TLS failed, and how.
void SmtpConnection::State::explain_tls(SmtpRefused& refusal, CURLcode code) const {
  if (code == CURLE_USE_SSL_FAILED) {
    refusal.tls_failure = "starttls-not-supported";
    return;
  }
  long verdict = target.tls == SmtpTls::Dane ? trust.error : X509_V_OK;
  if (target.tls == SmtpTls::Require && code == CURLE_PEER_FAILED_VERIFICATION) {
    curl_easy_getinfo(easy.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
    // libcurl compares the name itself, behind the handshake, and says nothing of it here.
    if (verdict == X509_V_OK || verdict == X509_V_ERR_UNSPECIFIED) {
      verdict = X509_V_ERR_HOSTNAME_MISMATCH;
    }
  }
  refusal.tls_failure = verdict == X509_V_OK ? "validation-failure" : tls_failure_name(verdict);
  if (verdict != X509_V_OK && !refusal.reply) refusal.message = tls_failure_words(verdict);
}

void SmtpConnection::State::on_ready(int events, int) {
  const auto alive = weak.lock();
  if (events & Poll::kReadable) receive();
  if (!open || !poll) return;
  if ((events & Poll::kWritable) && want_write) {
    want_write = false;
    if (auto ok = poll->change(Poll::kReadable); !ok) return lose(ok.error());
    if (callbacks.writable) callbacks.writable();
  }
}

/// What is there, 0 where nothing is; an error at the end of the session. libcurl's own functions
/// are for TLS: without it they take as long as the system call in them.
Result<std::size_t> SmtpConnection::State::read_some(char* to, std::size_t most) {
  std::size_t n = 0;
  CURLcode code = CURLE_OK;
  if (plain) {
    ssize_t got = 0;
    do {
      got = ::recv(socket, to, most, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) code = errno == EAGAIN || errno == EWOULDBLOCK ? CURLE_AGAIN : CURLE_RECV_ERROR;
    if (got > 0) n = static_cast<std::size_t>(got);
  } else {
    code = curl_easy_recv(easy.get(), to, most, &n);
  }
  if (code == CURLE_AGAIN) return std::size_t{0};
  if (code != CURLE_OK) return fail(ErrorCode::Io, curl_easy_strerror(code));
  if (n == 0) return fail(ErrorCode::Io, "the server closed the connection");
  return n;
}

/// How many it took, 0 where there is no room now.
Result<std::size_t> SmtpConnection::State::write_some(std::string_view bytes) {
  std::size_t n = 0;
  CURLcode code = CURLE_OK;
  if (plain) {
    ssize_t put = 0;
    do {
      put = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);
    if (put < 0) code = errno == EAGAIN || errno == EWOULDBLOCK ? CURLE_AGAIN : CURLE_SEND_ERROR;
    if (put > 0) n = static_cast<std::size_t>(put);
  } else {
    code = curl_easy_send(easy.get(), bytes.data(), bytes.size(), &n);
  }
  if (code != CURLE_OK && code != CURLE_AGAIN) return fail(ErrorCode::Io, curl_easy_strerror(code));
  return n;
}

void SmtpConnection::State::receive() {
  char buffer[16 * 1024];
  // A TLS record may hold more than one read takes, and poll() does not see what OpenSSL has.
  while (open) {
    const auto n = read_some(buffer, sizeof buffer);
    if (!n) return lose(n.error());
    if (*n == 0) return;
    if (callbacks.received) callbacks.received({buffer, *n});
    if (*n < sizeof buffer && plain) return;
  }
}

void SmtpConnection::State::lose(const Error& error) {
  open = false;
  if (poll) poll->stop();
  if (callbacks.lost) callbacks.lost(error);
}

SmtpConnection::SmtpConnection(std::shared_ptr<State> state) : state_(std::move(state)) {}

SmtpConnection::~SmtpConnection() {
  state_->open = false;
  state_->callbacks = {};
  state_->connect_timer.stop();
  if (state_->poll) state_->poll->stop();
}

Result<std::size_t> SmtpConnection::write(std::string_view bytes) {
  State& s = *state_;
  if (!s.open) return fail(ErrorCode::Io, "connection is closed");
  std::size_t total = 0;
  while (total < bytes.size()) {
    const auto n = s.write_some(bytes.substr(total));
    if (!n) return n;
    if (*n == 0) {
      s.want_write = true;
      if (auto ok = s.poll->change(Poll::kReadable | Poll::kWritable); !ok) {
        return tl::unexpected<Error>(ok.error());
      }
      break;
    }
    total += *n;
  }
  return total;
}

std::string SmtpConnection::drain() {
  constexpr std::size_t kMost = 64u << 10;
  State& s = *state_;
  std::string out;
  char buffer[16 * 1024];
  while (s.open && out.size() < kMost) {
    const auto n = s.read_some(buffer, sizeof buffer);
    if (!n || *n == 0) break;
    out.append(buffer, *n);
  }
  return out;
}

SmtpConnector::SmtpConnector(Loop& loop) : state_(std::make_shared<State>(loop)) {}
SmtpConnector::~SmtpConnector() = default;

std::unique_ptr<SmtpConnection> SmtpConnector::connect(const SmtpTarget& target,
                                                       SmtpConnection::Callbacks callbacks) {
  auto state = std::make_shared<SmtpConnection::State>(state_, target, std::move(callbacks));
  state->start(state);
  return std::unique_ptr<SmtpConnection>(new SmtpConnection(std::move(state)));
}

}  // namespace hagaki::net
