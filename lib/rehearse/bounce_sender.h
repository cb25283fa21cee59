#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/loop.h"
#include "rehearse/server.h"

namespace hagaki::rehearse {

/// Sends bounces by SMTP from the null sender to one server, one after the other in one session at
/// a time. A bounce that is refused, or cannot be sent in three tries, is reported and given up.
class BounceSender {
 public:
  using Failed = std::function<void(const Error&)>;
  BounceSender(net::Loop& loop, Endpoint server, std::string helo, Failed failed);
  ~BounceSender();
  BounceSender(const BounceSender&) = delete;
  BounceSender& operator=(const BounceSender&) = delete;

  void send(std::string_view to, std::string_view message);
  /// Bounces not yet taken by the server.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::rehearse
