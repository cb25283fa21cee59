#include "rehearse/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "net/url.h"
#include "rehearse/ip.h"
#include "rehearse/smtp_session.h"
#include "rehearse/tcp.h"

namespace hagaki::rehearse {
namespace {

// Bytes of commands behind a pause before we stop reading.
constexpr std::size_t kBacklog = 256u << 10;
constexpr int kPortTries = 50;

/// What the wall clock says, but never going back: greylisting and limits count on that.
Timestamp steady_now() {
  static Timestamp last{};
  last = std::max(last, now());
  return last;
}

class SmtpPeer : public TcpPeer {
 public:
  SmtpPeer(net::Loop& loop, Receiver& receiver, std::size_t host, std::function<void()> after)
      : TcpPeer(loop.raw()), receiver_(receiver), host_(host), after_(std::move(after)) {}

 protected:
  void opened(const std::string& remote_ip) override {
    session_.emplace(receiver_, host_, remote_ip);
    session_->open(steady_now());
    step();
  }
  void received(std::string_view bytes) override {
    session_->feed(bytes, steady_now());
    step();
  }
  void timed_out() override {
    flush();
    if (session_->finished()) return close_when_sent();
    session_->resume(steady_now());
    step();
  }

 private:
  void step() {
    after_();
    if (session_->dropped()) return close();
    if (session_->pause().count() > 0) {
      if (!waiting()) wait(session_->pause());
      return read(session_->backlog() < kBacklog);
    }
    flush();
    if (session_->finished()) return close_when_sent();
    read(true);
  }
  void flush() {
    send(session_->output());
    session_->output().clear();
  }

  Receiver& receiver_;
  std::size_t host_;
  std::function<void()> after_;
  std::optional<SmtpSession> session_;
};

/// DNS over TCP: messages with a length of two octets before each (RFC 7766).
class DnsPeer : public TcpPeer {
 public:
  DnsPeer(net::Loop& loop, const DnsAnswers& answers, std::uint64_t& queries)
      : TcpPeer(loop.raw()), answers_(answers), queries_(queries) {}

 protected:
  void opened(const std::string& /*remote_ip*/) override {}
  void received(std::string_view bytes) override {
    input_ += bytes;
    std::size_t at = 0;
    while (input_.size() - at >= 2) {
      const auto length = static_cast<std::size_t>(static_cast<unsigned char>(input_[at]) << 8 |
                                                   static_cast<unsigned char>(input_[at + 1]));
      if (input_.size() - at - 2 < length) break;
      ++queries_;
      if (const auto answer =
              answers_.answer(std::string_view(input_).substr(at + 2, length), true)) {
        std::string framed;
        framed += static_cast<char>(answer->size() >> 8);
        framed += static_cast<char>(answer->size() & 0xff);
        send(framed + *answer);
      }
      at += 2 + length;
    }
    input_.erase(0, at);
  }

 private:
  const DnsAnswers& answers_;
  std::uint64_t& queries_;
  std::string input_;
};

/// DNS over UDP.
class UdpServer {
 public:
  UdpServer(uv_loop_t* loop, const DnsAnswers& answers, std::uint64_t& queries)
      : answers_(answers), queries_(queries), udp_(new uv_udp_t) {
    uv_udp_init(loop, udp_);
    udp_->data = this;
  }
  ~UdpServer() {
    uv_close(reinterpret_cast<uv_handle_t*>(udp_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_udp_t*>(handle); });
  }
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;

  Result<void> listen(const std::string& ip, int port) {
    const auto address = socket_address(ip, port);
    if (!address) return tl::unexpected(address.error());
    int error = uv_udp_bind(udp_, reinterpret_cast<const sockaddr*>(&*address), 0);
    // Bursts of a resolver with hundreds of queries in flight must fit.
    int size = 4 << 20;
    if (error == 0) uv_recv_buffer_size(reinterpret_cast<uv_handle_t*>(udp_), &size);
    if (error == 0) error = uv_udp_recv_start(udp_, allocate, received);
    if (error != 0) return fail(ErrorCode::Io, uv_strerror(error), ip + ":" + std::to_string(port));
    return {};
  }

 private:
  static void allocate(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
    static std::array<char, 65536> bytes;
    *buffer = uv_buf_init(bytes.data(), bytes.size());
  }
  static void received(uv_udp_t* udp, ssize_t n, const uv_buf_t* buffer, const sockaddr* from,
                       unsigned) {
    if (n <= 0 || from == nullptr) return;
    auto* self = static_cast<UdpServer*>(udp->data);
    ++self->queries_;
    auto answer = self->answers_.answer({buffer->base, static_cast<std::size_t>(n)}, false);
    if (!answer) return;
    uv_buf_t out = uv_buf_init(answer->data(), static_cast<unsigned>(answer->size()));
    if (uv_udp_try_send(udp, &out, 1, from) != UV_EAGAIN) return;
    struct Send {
      uv_udp_send_t request{};
      std::string bytes;
    };
    auto* send = new Send{{}, std::move(*answer)};
    out = uv_buf_init(send->bytes.data(), static_cast<unsigned>(send->bytes.size()));
    if (uv_udp_send(&send->request, udp, &out, 1, from, [](uv_udp_send_t* request, int) {
          delete reinterpret_cast<Send*>(request);
        }) != 0)
      delete send;
  }

  const DnsAnswers& answers_;
  std::uint64_t& queries_;
  uv_udp_t* udp_;
};

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  Endpoint endpoint;
  const auto named = net::parse_host_port(text, 0);
  if (!named || !named->port) {
    return fail(ErrorCode::Syntax, "write HOST:PORT", std::string(text));
  }
  endpoint.ip = named->host == "localhost" ? "127.0.0.1" : named->host;
  endpoint.port = *named->port;
  if (auto address = socket_address(endpoint.ip, endpoint.port); !address)
    return tl::unexpected(address.error());
  if (!is_loopback4(endpoint.ip) && endpoint.ip != "::1")
    return fail(ErrorCode::Denied, "only loopback addresses are served", std::string(text));
  return endpoint;
}

std::string Endpoint::text() const {
  return fmt::format("{}:{}", net::url_host(ip), port);
}

struct Server::State {
  State(net::Loop& l, Receiver& r, const DnsAnswers& a)
      : loop(l), receiver(r), answers(a), timer(l) {}

  net::Loop& loop;
  Receiver& receiver;
  const DnsAnswers& answers;
  net::Timer timer;
  std::vector<std::unique_ptr<TcpListener>> smtp;
  std::unique_ptr<TcpListener> dns_tcp;
  std::unique_ptr<UdpServer> dns_udp;
  Endpoint dns;
  Endpoint smtp_endpoint;
  std::uint64_t queries = 0;

  Result<void> listen_dns(const Endpoint& endpoint) {
    auto tcp = std::make_unique<TcpListener>(
        loop.raw(), [this] { return new DnsPeer(loop, answers, queries); });
    if (auto up = tcp->listen(endpoint.ip, endpoint.port); !up) return up;
    auto udp = std::make_unique<UdpServer>(loop.raw(), answers, queries);
    if (auto up = udp->listen(endpoint.ip, tcp->port()); !up) return up;
    dns = {endpoint.ip, tcp->port()};
    dns_tcp = std::move(tcp);
    dns_udp = std::move(udp);
    return {};
  }

  Result<void> listen_smtp(const Endpoint& endpoint, Server& server) {
    std::vector<std::unique_ptr<TcpListener>> all;
    int port = endpoint.port;
    const auto add = [&](const std::string& ip, std::size_t host) -> Result<void> {
      auto listener = std::make_unique<TcpListener>(loop.raw(), [this, host, &server] {
        return new SmtpPeer(loop, receiver, host, [&server] { server.run_queue(); });
      });
      if (auto up = listener->listen(ip, port); !up) return up;
      port = listener->port();
      all.push_back(std::move(listener));
      return {};
    };
    const auto& hosts = receiver.scenario().hosts;
    const auto owner = std::find_if(hosts.begin(), hosts.end(), [&](const Host& host) {
      return host.address == endpoint.ip || host.address6 == endpoint.ip;
    });
    // A host of the scenario may sit on the relay's address; then there is no relay.
    if (owner == hosts.end())
      if (auto up = add(endpoint.ip, Receiver::kRelay); !up) return up;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      if (hosts[i].down) continue;
      if (auto up = add(hosts[i].address, i); !up) return up;
      if (!hosts[i].address6.empty())
        if (auto up = add(hosts[i].address6, i); !up) return up;
    }
    smtp_endpoint = {endpoint.ip, port};
    smtp = std::move(all);
    return {};
  }
};

Server::Server(net::Loop& loop, Receiver& receiver, const DnsAnswers& answers)
    : state_(std::make_unique<State>(loop, receiver, answers)) {}
Server::~Server() = default;

Result<void> Server::listen(const Endpoint& dns, const Endpoint& smtp) {
  // A port that is free on one address may be taken on another: with port 0, try again.
  Result<void> up;
  for (int i = 0; i < (dns.port == 0 ? kPortTries : 1); ++i)
    if (up = state_->listen_dns(dns); up) break;
  if (!up) return up;
  for (int i = 0; i < (smtp.port == 0 ? kPortTries : 1); ++i)
    if (up = state_->listen_smtp(smtp, *this); up) break;
  return up;
}

Endpoint Server::dns() const {
  return state_->dns;
}
Endpoint Server::smtp() const {
  return state_->smtp_endpoint;
}
std::uint64_t Server::queries() const {
  return state_->queries;
}

void Server::run_queue() {
  if (state_->receiver.queued() == 0) return;
  const Timestamp time = steady_now();
  state_->receiver.run_queue(time);
  const auto due = state_->receiver.next_due();
  if (!due || state_->timer.active()) return;
  state_->timer.start(std::max(*due - time, std::chrono::milliseconds{1}), [this] { run_queue(); });
}

}  // namespace hagaki::rehearse
