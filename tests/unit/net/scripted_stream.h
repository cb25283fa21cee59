#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "net/byte_stream.h"

/// A server that has its answers ready: each send() frees the answers to it. What was sent is kept.
class ScriptedStream : public hagaki::net::ByteStream {
 public:
  struct Step {
    std::string command;  ///< what must be sent, without the last CRLF
    std::string answer;
  };
  /// `log` must outlive it.
  ScriptedStream(std::vector<Step> steps, std::vector<std::string>& log)
      : steps_(std::move(steps)), log_(log) {}

  hagaki::Result<std::size_t> receive(char* to, std::size_t most) override {
    if (at_ == ready_.size()) return hagaki::fail(hagaki::ErrorCode::Retry, "nothing more");
    // Few bytes at once, so that every bound is met.
    const auto n = std::min({most, ready_.size() - at_, std::size_t{3}});
    ready_.copy(to, n, at_);
    at_ += n;
    return n;
  }

  hagaki::Result<void> send(std::string_view bytes) override {
    log_.emplace_back(bytes);
    if (next_ < steps_.size() && bytes == steps_[next_].command + "\r\n") {
      ready_ += steps_[next_++].answer;
    }
    return {};
  }

 private:
  std::vector<Step> steps_;
  std::vector<std::string>& log_;
  std::size_t next_ = 0;
  std::string ready_;
  std::size_t at_ = 0;
};
