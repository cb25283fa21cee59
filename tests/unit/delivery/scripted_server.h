#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// An SMTP server in a thread per connection that answers as a test tells it, on a free port of
/// 127.0.0.1. Offers PIPELINING.
class ScriptedServer {
 public:
  /// What to answer: lines without CRLF ("550 5.1.1 no"); "" hangs up, "-" says nothing more.
  /// `event` is "greeting" (argument: the client's address), "EHLO" (its name), "MAIL", "RCPT",
  /// "DATA", "body" (the recipient); empty result means the usual answer.
  struct Answer {
    std::string text;
    bool usual = true;
    bool hang_up = false;
    static Answer say(std::string text) { return {std::move(text), false, false}; }
    static Answer drop() { return {{}, false, true}; }
  };
  using Script = std::function<Answer(std::string_view event, std::string_view argument)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  /// Copies accepted per recipient.
  std::map<std::string, int> accepted();
  /// The message that each recipient got last, as it came over the wire.
  std::map<std::string, std::string> messages();
  /// From where the message to each recipient came last: "127.0.0.1 name-in-EHLO".
  std::map<std::string, std::string> senders();
  /// Sessions that were open at the same time at most. One ends before its client hears so.
  int most_sessions();
  [[nodiscard]] int connections() const { return connections_; }

 private:
  class Presence;
  void serve(int fd);
  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> closing_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  int now_ = 0;
  int most_ = 0;
  std::map<std::string, int> accepted_;
  std::map<std::string, std::string> messages_;
  std::map<std::string, std::string> senders_;
  std::vector<int> fds_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};
