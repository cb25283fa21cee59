#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::dmarc {

/// What a domain asks receivers to do with mail that is not aligned.
enum class Request { None, Quarantine, Reject };

/// "none", "quarantine", "reject".
std::string_view request_name(Request request);

/// Whether names must be equal or only of one organisational domain (RFC 7489 §3.1).
enum class Alignment { Relaxed, Strict };

/// A record (RFC 7489 §6.3).
struct Record {
  Request request = Request::None;           ///< p
  std::optional<Request> subdomain_request;  ///< sp
  Alignment dkim = Alignment::Relaxed;       ///< adkim
  Alignment spf = Alignment::Relaxed;        ///< aspf
  bool asks_for_reports = false;             ///< rua names a URI
};

/// Whether a TXT record is meant as DMARC: "v=DMARC1" comes first.
bool is_dmarc(std::string_view txt);

/// Reads a record that is_dmarc(). Tags that are not known, and values that cannot be, are passed
/// over, so that their defaults hold (RFC 7489 §6.3). Without a p that can be read, or with an sp
/// that cannot, the record is p=none where it asks for reports, else Error::Syntax (§6.6.3).
Result<Record> parse_record(std::string_view txt);

/// The organisational domain of `domain` in A-labels (RFC 7489 §3.2): what somebody registered, or
/// the domain itself where it is a public suffix.
std::string organisational_domain(std::string_view domain);

/// True when `other` is aligned with `from`, both domains in A-labels (RFC 7489 §3.1).
bool aligned(std::string_view from, std::string_view other, Alignment alignment);

}  // namespace hagaki::dmarc
