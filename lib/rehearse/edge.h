#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace hagaki::rehearse {

/// One message on its way into one mailbox. Views are valid during the call.
struct Delivery {
  std::string_view host;       ///< who accepted it
  std::string_view sender;     ///< envelope sender, empty for a bounce
  std::string_view recipient;  ///< the mailbox
  std::string_view original;   ///< the address it was sent to; differs after a forward
  std::string_view message;    ///< as received, lines end with CRLF
  Timestamp time;
};

/// Something that happened to one recipient, for the log.
struct Happening {
  std::string_view event;  ///< "accepted", "refused", "deferred", "forwarded", "bounced", "dropped"
  std::string_view recipient;
  std::string_view sender;
  std::string_view host;
  std::string_view message_id;
  std::string_view reply;  ///< of a refusal or a bounce
  Timestamp time;
};

/// What the receiving side does to the world: the part that is not pure. Implementations:
/// MaildirEdge, and memory in tests.
class Edge {
 public:
  virtual ~Edge() = default;
  /// Stores a message. A failure makes the host answer 451.
  virtual Result<void> deliver(const Delivery& delivery) = 0;
  /// Takes a bounce to the envelope sender `to`. True when it is dealt with; false when it should
  /// be sent to `to` as mail.
  virtual bool bounce(std::string_view to, std::string_view message, Timestamp time) = 0;
  /// Hears of every recipient.
  virtual void happened(const Happening& happening) = 0;
};

}  // namespace hagaki::rehearse
