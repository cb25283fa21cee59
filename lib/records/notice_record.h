#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hagaki::records {

/// What a campaign found out about a receiver, or about itself (`type: "notice"`): nothing that
/// happened to one recipient. Empty strings and optionals are unknown, and absent.
struct Notice {
  enum class Event {
    Blocked,   ///< a receiver refuses us: its mail is held, or goes through `relay`
    Flood,     ///< a receiver suddenly calls most users unknown: its mail is held
    Content,   ///< a receiver refuses what the message says: its mail is held
    Slowed,    ///< a receiver is sent to more slowly
    Released,  ///< a hold is over
    Stopped,   ///< the campaign met too many dead addresses
  };
  Event event = Event::Blocked;
  std::string campaign{};
  std::string provider{};   ///< the receiver: a provider's id or a domain; empty of Stopped
  std::string source_ip{};  ///< the address of ours that it is about; empty: all of ours
  Timestamp time{};
  std::optional<Timestamp> since{};       ///< the first answer that it rests on
  std::optional<std::int64_t> against{};  ///< how many answers it rests on
  std::optional<std::int64_t> answers{};  ///< of how many
  int code = 0;                           ///< SMTP reply code of the last of them; 0 = none
  std::string status{};
  std::string diagnostic{};  ///< its words
  std::string reason{};
  std::string delist_url{};
  std::optional<Timestamp> until{};  ///< when the hold ends
  std::string relay{};               ///< where its mail goes until then; empty: it waits
  std::string cause{};
  std::string remedy{};
};

/// "blocked", "flood", "content", "slowed", "released", "stopped".
std::string_view event_name(Notice::Event event);

/// The record, in the field order of hagaki-records(5), without line end. The diagnostic becomes
/// one line of at most limits::kDiagnostic bytes.
std::string to_record(const Notice& notice);

}  // namespace hagaki::records
