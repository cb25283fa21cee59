#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dsn/service_events.h"

/// What --format asks for: how the input is to be read, and what is written.
struct Formats {
  enum class In { Any, Mail, Events };
  In in = In::Any;  ///< Any: JSON objects are events of mail services, all else is mail
  std::optional<hagaki::dsn::Service> service;  ///< whose events; nothing: their shape tells
  bool sisimai = false;                         ///< write what Sisimai would
};

/// Reads the words of --format. Error::Config for one that is unknown, or two that contradict each
/// other.
hagaki::Result<Formats> parse_formats(const std::vector<std::string>& words);

/// Whether what `in` holds is to be read as events: asked for, or seen in its first bytes, which
/// stay in `in`.
bool holds_events(std::istream& in, const Formats& formats);
/// The same for a file's bytes.
bool holds_events(std::string_view bytes, const Formats& formats);
