#pragma once

#include <uv.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"

namespace hagaki::rehearse {

class TcpListener;

/// One accepted connection on the loop. Belongs to its listener until it is closed, then frees
/// itself.
class TcpPeer {
 public:
  explicit TcpPeer(uv_loop_t* loop);
  virtual ~TcpPeer() = default;
  TcpPeer(const TcpPeer&) = delete;
  TcpPeer& operator=(const TcpPeer&) = delete;

  /// Closes at once; what is not sent is lost.
  void close();

 protected:
  /// The connection stands.
  virtual void opened(const std::string& remote_ip) = 0;
  virtual void received(std::string_view bytes) = 0;
  virtual void timed_out() {}

  void send(std::string_view bytes);
  /// Closes when all is sent.
  void close_when_sent();
  /// Calls timed_out() once.
  void wait(std::chrono::milliseconds time);
  [[nodiscard]] bool waiting() const;
  /// Stops or goes on with reading.
  void read(bool on);

 private:
  friend class TcpListener;
  Result<void> accept(uv_stream_t* server);
  void closed_one();

  uv_tcp_t tcp_{};
  uv_timer_t timer_{};
  TcpListener* listener_ = nullptr;
  int open_handles_ = 2;
  bool closing_ = false;
  bool ending_ = false;
  bool ended_by_peer_ = false;
  bool reading_ = false;
  std::size_t unsent_ = 0;
};

/// Listens on one loopback address and port.
class TcpListener {
 public:
  using MakePeer = std::function<TcpPeer*()>;

  TcpListener(uv_loop_t* loop, MakePeer make_peer);
  /// Stops listening and closes all peers; the loop must still be run once, or be destroyed.
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// Listens; port 0 picks a free one. Error::Io names the address and the system's text.
  Result<void> listen(const std::string& ip, int port);
  [[nodiscard]] int port() const { return port_; }

 private:
  friend class TcpPeer;
  void connection();
  uv_loop_t* loop_;
  uv_tcp_t* server_ = nullptr;
  MakePeer make_peer_;
  std::unordered_set<TcpPeer*> peers_;
  int port_ = 0;
};

/// A socket address from a numeric IPv4 or IPv6 address. Error::Syntax when it is none.
Result<sockaddr_storage> socket_address(const std::string& ip, int port);

}  // namespace hagaki::rehearse
