#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "dns/ip.h"
#include "dns/resolver.h"
#include "spf/verdict.h"

namespace hagaki::spf {

/// Bounds of one check (RFC 7208 §4.6.4); what passes them is a PermError.
inline constexpr unsigned kMaxLookups = 10;      ///< terms that ask DNS
inline constexpr unsigned kMaxVoidLookups = 2;   ///< answers that hold nothing
inline constexpr std::size_t kMaxMxHosts = 10;   ///< of one mx
inline constexpr std::size_t kMaxPtrNames = 10;  ///< of the address; the others are left out

/// Who says to send from where.
struct Question {
  dns::IpAddress ip;   ///< an IPv4-mapped IPv6 address counts as IPv4
  std::string local;   ///< local part of the envelope sender; empty: "postmaster"
  std::string domain;  ///< its domain (A-labels); of the null sender the HELO name
  std::string helo;
};

/// What the record says of it, and how that came about.
struct Outcome {
  Verdict verdict = Verdict::None;
  std::string mechanism;  ///< the term of the record that decided: "-all"; empty where none did
  std::string domain;     ///< whose record decided: behind redirect another's
  std::string problem;    ///< why TempError or PermError, for people; names the domain where it is
                          ///< not that of the question
  unsigned lookups = 0;   ///< terms that asked DNS, those of included records too
  unsigned void_lookups = 0;  ///< answers among them that held nothing (RFC 7208 §4.6.4)
};

using Done = std::function<void(const Outcome&)>;

/// check_host() of RFC 7208 §4. `resolver` must live until `done`, which is called exactly once,
/// never from inside.
void check_host(dns::Resolver& resolver, Question question, Done done);

}  // namespace hagaki::spf
