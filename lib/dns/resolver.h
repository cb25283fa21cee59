#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::dns {

/// RR types we ask for (IANA numbers).
enum class Type : std::uint16_t {
  A = 1,
  Cname = 5,
  Ptr = 12,
  Mx = 15,
  Txt = 16,
  Aaaa = 28,
  Tlsa = 52
};

/// What a query came to. Each is a different answer all the way up.
enum class Status {
  Ok,         ///< at least one record of the asked type (CNAMEs followed)
  NoData,     ///< the name exists, without such a record
  NxDomain,   ///< the name does not exist
  Refused,    ///< the server will not answer us
  ServFail,   ///< the server failed, or DNSSEC validation did
  Timeout,    ///< nobody answered within the time allowed
  Malformed,  ///< the answer could not be read
  Local,      ///< the query never left this machine (no socket, bad name, no server)
};

struct Record {
  /// Address, host name (lower case, no trailing dot), bytes of a TXT, or a TLSA's as they are.
  std::string data;
  std::uint16_t preference = 0;  ///< of an MX
  std::uint32_t ttl = 0;         ///< seconds
};

struct Answer {
  Status status = Status::Local;
  std::vector<Record> records;
  bool authenticated = false;  ///< AD bit of the resolver's answer
  std::string detail;          ///< more about a failure, for people
  std::string owner{};         ///< of `records`: the question's name, or the end of its CNAME chain
  /// Of NoData and NxDomain: seconds that there is none, as the zone says; 0 = unknown.
  std::uint32_t negative_ttl = 0;
};

/// Asks DNS. Implementations: net::CaresResolver, and fakes in tests.
class Resolver {
 public:
  using Done = std::function<void(const Answer&)>;
  virtual ~Resolver() = default;
  /// Asks once; `done` is called exactly once, from the event loop, never from inside query().
  /// A name that no question can hold (fits_wire(); the empty one too) is Status::Local.
  virtual void query(const std::string& name, Type type, Done done) = 0;
};

/// "ok", "nodata", "nxdomain", "refused", "servfail", "timeout", "malformed", "local".
std::string_view status_name(Status status);

}  // namespace hagaki::dns
