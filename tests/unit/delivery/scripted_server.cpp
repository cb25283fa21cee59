#include "scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace {

bool send_all(int fd, std::string text) {
  text += "\r\n";
  return send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// Reads on until `end`; false when the client is gone.
bool read_until(int fd, std::string& buffer, std::string_view end, std::string& out) {
  for (;;) {
    const auto at = buffer.find(end);
    if (at != std::string::npos) {
      out = buffer.substr(0, at);
      buffer.erase(0, at + end.size());
      return true;
    }
    char bytes[4096];
    const auto n = recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(n));
  }
}

std::string between(const std::string& line) {
  const auto open = line.find('<');
  const auto close = line.find('>');
  return open == std::string::npos || close == std::string::npos
             ? std::string()
             : line.substr(open + 1, close - open - 1);
}

}  // namespace

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(listener_, 64);
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      if (closing_) {
        close(fd);
        return;
      }
      // Several replies in a row do not wait for the client's acknowledgements.
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ++connections_;
      fds_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const int fd : fds_) shutdown(fd, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  for (const int fd : fds_) close(fd);
  close(listener_);
}

std::map<std::string, int> ScriptedServer::accepted() {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::map<std::string, std::string> ScriptedServer::messages() {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::map<std::string, std::string> ScriptedServer::senders() {
  const std::lock_guard lock(mutex_);
  return senders_;
}

int ScriptedServer::most_sessions() {
  const std::lock_guard lock(mutex_);
  return most_;
}

/// A session that counts among those that are open.
class ScriptedServer::Presence {
 public:
  explicit Presence(ScriptedServer& server) : server_(server) {
    const std::lock_guard lock(server_.mutex_);
    server_.most_ = std::max(server_.most_, ++server_.now_);
  }
  ~Presence() { end(); }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// Before the last reply: behind it the client may begin another one at once.
  void end() {
    if (std::exchange(ended_, true)) return;
    const std::lock_guard lock(server_.mutex_);
    --server_.now_;
  }

 private:
  ScriptedServer& server_;
  bool ended_ = false;
};

void ScriptedServer::serve(int fd) {
  struct Shutdown {
    int fd;
    ~Shutdown() { shutdown(fd, SHUT_RDWR); }
  } shutdown_at_end{fd};
  Presence presence(*this);
  sockaddr_in client{};
  socklen_t size = sizeof client;
  getpeername(fd, reinterpret_cast<sockaddr*>(&client), &size);
  char ip[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &client.sin_addr, ip, sizeof ip);
  std::string name;
  std::string buffer;
  std::string line;
  std::string recipient;
  bool mail = false;
  // False ends the session.
  const auto say = [&](const std::string& text) {
    const bool last = text.substr(0, 3) == "421";
    if (last) presence.end();
    return send_all(fd, text) && !last;
  };
  const auto answer = [&](std::string_view event, std::string_view argument,
                          const std::string& usual, std::string* said = nullptr) {
    const Answer a = script_(event, argument);
    if (a.hang_up) return false;
    const std::string text = a.usual ? usual : a.text;
    if (said) *said = text;
    return say(text);
  };
  if (!answer("greeting", ip, "220 scripted.example ESMTP")) return;
  while (read_until(fd, buffer, "\r\n", line)) {
    const std::string verb = line.substr(0, 4);
    std::string said;
    if (verb == "EHLO") {
      name = line.substr(std::min<std::size_t>(5, line.size()));
      if (!answer("EHLO", name,
                  "250-scripted.example\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"))
        return;
    } else if (verb == "MAIL") {
      recipient.clear();
      if (!answer("MAIL", between(line), "250 2.1.0 ok", &said)) return;
      mail = said[0] == '2';
    } else if (verb == "RCPT" && !mail) {
      if (!send_all(fd, "503 5.5.1 MAIL first")) return;
    } else if (verb == "RCPT") {
      if (!answer("RCPT", between(line), "250 2.1.5 ok", &said)) return;
      if (said[0] == '2') recipient = between(line);
    } else if (verb == "DATA") {
      if (recipient.empty()) {
        if (!send_all(fd, "554 5.5.1 no valid recipients")) return;
        continue;
      }
      if (!answer("DATA", recipient, "354 go", &said)) return;
      if (said[0] != '3') continue;
      std::string body;
      if (!read_until(fd, buffer, "\r\n.\r\n", body)) return;
      const Answer a = script_("body", recipient);
      const std::string text = a.usual ? "250 2.0.0 taken" : a.text;
      if (text[0] == '2' || a.hang_up) {
        const std::lock_guard lock(mutex_);
        ++accepted_[recipient];
        messages_[recipient] = body;
        senders_[recipient] = ip + (" " + name);
      }
      if (a.hang_up || !say(text)) return;
    } else if (verb == "QUIT") {
      presence.end();
      send_all(fd, "221 2.0.0 bye");
      return;
    } else {
      if (!send_all(fd, "250 2.0.0 ok")) return;
    }
  }
}
