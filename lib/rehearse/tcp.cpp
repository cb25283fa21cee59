#include "rehearse/tcp.h"

#include <netinet/tcp.h>

#include <array>

namespace hagaki::rehearse {
namespace {

struct Write {
  uv_write_t request{};
  std::string bytes;
};

// One loop, one thread: every read callback is done with the buffer before the next begins.
std::array<char, 65536>& read_buffer() {
  thread_local std::array<char, 65536> buffer;
  return buffer;
}

std::string ip_text(const sockaddr_storage& address) {
  std::array<char, 64> text{};
  if (address.ss_family == AF_INET6)
    uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(&address), text.data(), text.size());
  else
    uv_ip4_name(reinterpret_cast<const sockaddr_in*>(&address), text.data(), text.size());
  return text.data();
}

}  // namespace

Result<sockaddr_storage> socket_address(const std::string& ip, int port) {
  sockaddr_storage address{};
  if (uv_ip4_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
      uv_ip6_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) == 0)
    return address;
  return fail(ErrorCode::Syntax, "not an IP address", ip);
}

TcpPeer::TcpPeer(uv_loop_t* loop) {
  uv_tcp_init(loop, &tcp_);
  uv_timer_init(loop, &timer_);
  tcp_.data = this;
  timer_.data = this;
}

Result<void> TcpPeer::accept(uv_stream_t* server) {
  if (const int error = uv_accept(server, reinterpret_cast<uv_stream_t*>(&tcp_)); error != 0)
    return fail(ErrorCode::Io, uv_strerror(error));
  uv_tcp_nodelay(&tcp_, 1);
  return {};
}

void TcpPeer::read(bool on) {
  if (on == reading_ || closing_) return;
  reading_ = on;
  auto* stream = reinterpret_cast<uv_stream_t*>(&tcp_);
  if (!on) {
    uv_read_stop(stream);
    return;
  }
  const auto allocate = [](uv_handle_t*, std::size_t, uv_buf_t* buffer) {
    *buffer = uv_buf_init(read_buffer().data(), static_cast<unsigned>(read_buffer().size()));
  };
  const auto ready = [](uv_stream_t* from, ssize_t n, const uv_buf_t* buffer) {
    auto* self = static_cast<TcpPeer*>(from->data);
    if (n > 0) return self->received({buffer->base, static_cast<std::size_t>(n)});
    if (n == 0) return;
    // After an orderly end what is being worked off may still be answered.
    self->read(false);
    self->ended_by_peer_ = true;
    if (n == UV_EOF && (self->unsent_ > 0 || self->waiting())) return;
    self->close();
  };
  uv_read_start(stream, allocate, ready);
}

void TcpPeer::send(std::string_view bytes) {
  if (closing_ || bytes.empty()) return;
  auto* stream = reinterpret_cast<uv_stream_t*>(&tcp_);
  if (unsent_ == 0) {
    uv_buf_t buffer =
        uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
    const int n = uv_try_write(stream, &buffer, 1);
    if (n < 0 && n != UV_EAGAIN) return close();
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    if (bytes.empty()) return;
  }
  auto* write = new Write;
  write->bytes = bytes;
  write->request.data = this;
  unsent_ += bytes.size();
  uv_buf_t buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const auto written = [](uv_write_t* request, int status) {
    auto* self = static_cast<TcpPeer*>(request->data);
    auto* done = reinterpret_cast<Write*>(request);
    self->unsent_ -= done->bytes.size();
    delete done;
    if (status != 0 ||
        (self->unsent_ == 0 && (self->ending_ || (self->ended_by_peer_ && !self->waiting()))))
      self->close();
  };
  if (uv_write(&write->request, stream, &buffer, 1, written) != 0) {
    unsent_ -= write->bytes.size();
    delete write;
    close();
  }
}

void TcpPeer::close_when_sent() {
  ending_ = true;
  read(false);
  if (unsent_ == 0) close();
}

void TcpPeer::wait(std::chrono::milliseconds time) {
  if (closing_) return;
  const auto expired = [](uv_timer_t* timer) {
    auto* self = static_cast<TcpPeer*>(timer->data);
    self->timed_out();
    if (self->ended_by_peer_ && self->unsent_ == 0 && !self->waiting()) self->close();
  };
  uv_timer_start(&timer_, expired, static_cast<std::uint64_t>(time.count()), 0);
}

bool TcpPeer::waiting() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(&timer_)) != 0;
}

void TcpPeer::close() {
  if (closing_) return;
  closing_ = true;
  if (listener_ != nullptr) listener_->peers_.erase(this);
  const auto closed = [](uv_handle_t* handle) {
    static_cast<TcpPeer*>(handle->data)->closed_one();
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
}

void TcpPeer::closed_one() {
  if (--open_handles_ == 0) delete this;
}

TcpListener::TcpListener(uv_loop_t* loop, MakePeer make_peer)
    : loop_(loop), make_peer_(std::move(make_peer)) {}

TcpListener::~TcpListener() {
  const auto peers = peers_;
  for (TcpPeer* peer : peers) peer->close();
  if (server_ != nullptr)
    uv_close(reinterpret_cast<uv_handle_t*>(server_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_tcp_t*>(handle); });
}

Result<void> TcpListener::listen(const std::string& ip, int port) {
  const auto address = socket_address(ip, port);
  if (!address) return tl::unexpected(address.error());
  server_ = new uv_tcp_t;
  uv_tcp_init(loop_, server_);
  server_->data = this;
  int error = uv_tcp_bind(server_, reinterpret_cast<const sockaddr*>(&*address), 0);
  if (error == 0)
    error =
        uv_listen(reinterpret_cast<uv_stream_t*>(server_), 1024, [](uv_stream_t* s, int status) {
          if (status == 0) static_cast<TcpListener*>(s->data)->connection();
        });
  if (error != 0) return fail(ErrorCode::Io, uv_strerror(error), ip + ":" + std::to_string(port));
  sockaddr_storage bound{};
  int size = sizeof bound;
  uv_tcp_getsockname(server_, reinterpret_cast<sockaddr*>(&bound), &size);
  port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                            : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return {};
}

void TcpListener::connection() {
  TcpPeer* peer = make_peer_();
  peer->listener_ = this;
  peers_.insert(peer);
  if (!peer->accept(reinterpret_cast<uv_stream_t*>(server_))) return peer->close();
  sockaddr_storage remote{};
  int size = sizeof remote;
  uv_tcp_getpeername(&peer->tcp_, reinterpret_cast<sockaddr*>(&remote), &size);
  peer->read(true);
  peer->opened(ip_text(remote));
}

}  // namespace hagaki::rehearse
