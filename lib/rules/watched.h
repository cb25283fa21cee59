#pragma once

#include <string>
#include <string_view>

#include "rules/receiver_reply.h"

namespace hagaki::rules {

/// What a receiver thinks of one address of ours is watched and kept under a name of its own.
struct Watched {
  std::string_view receiver;
  std::string_view source;  ///< an IP address; empty: all of ours
};

/// "google", "google from 192.0.2.1".
std::string watched_name(const Watched& watched);
/// The parts of such a name. Views into it.
Watched parse_watched(std::string_view name);

/// Whether an answer of that sense can speak of the address that it was given to: it says nothing
/// of our other addresses then.
bool concerns_source(ReplySense sense);
/// Whether it can speak of our domain, our recipients or the message: the same from everywhere.
bool concerns_all(ReplySense sense);

}  // namespace hagaki::rules
