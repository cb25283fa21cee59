#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::dnsbl {

/// What a list can be asked about.
enum class Kind { Ip4, Ip6, Domain };
inline constexpr std::array kAllKinds{Kind::Ip4, Kind::Ip6, Kind::Domain};

/// What a hit means. A hit on an allow list is good news; a reputation list says both.
enum class ListKind { Block, Allow, Reputation };

/// How a list's answers are read against its codes.
enum class Decode {
  Exact,    ///< "127.0.0.2"
  Bitmask,  ///< each bit of the last octet: "8"
  Pattern,  ///< "127.0.*.3"
  Range,    ///< "127.0.4.0-127.0.4.100", ends included
};

/// Whether a key goes between the question and the zone.
enum class KeyUse { None, Optional, Required };

/// An answer and what it means. In a meaning "{last}" stands for the answer's last octet. An error
/// code may also be "rcode:REFUSED" or "rcode:SERVFAIL".
struct Code {
  std::string match;
  std::string meaning;
};

/// The entries by which a list shows that it works (RFC 5782 §5): one is always listed, one never.
struct TestPoints {
  std::string listed;
  std::string unlisted;
};

/// One list, as data/zones.json describes it. Texts that the table does not have are empty.
struct Zone {
  std::string zone;  ///< lower case, no trailing dot, without the key
  std::string name;
  std::string operated_by;
  ListKind list = ListKind::Block;
  std::vector<Kind> kinds;
  std::vector<std::string> lists;  ///< as the table spells them, also kinds that we cannot ask
  Decode decode = Decode::Exact;
  std::vector<Code> codes;
  std::vector<Code> error_codes;
  std::array<std::optional<TestPoints>, kAllKinds.size()> tests;  ///< by Kind
  std::string scope;
  std::string access;
  KeyUse key = KeyUse::None;
  std::string limits;
  std::string policy;
  std::string lookup_url;
  std::string delist_url;
  std::string delisting;  ///< "self-service", "request", "automatic", "network-owner" or empty
  std::string delisting_note;
  std::string status;
  std::string status_date;
  std::string note;
  std::vector<std::string> source;
  std::vector<std::string> used_by;  ///< receivers that name it when they refuse mail
  bool in_default_set = false;
  bool major = false;  ///< large receivers refuse mail by it

  [[nodiscard]] bool fits(Kind kind) const;
  /// The test points for `kind`; nothing where the list publishes none.
  [[nodiscard]] const std::optional<TestPoints>& test(Kind kind) const {
    return tests[static_cast<std::size_t>(kind)];
  }
};

/// A list that must not be asked any more: its silence would pass for "not listed", or its domain's
/// new owner answers for every address.
struct DeadZone {
  std::string name;
  std::vector<std::string> zones;
  std::vector<std::string> suffixes;  ///< every zone at or below these is dead as well
  std::string since;
  std::string why;
  std::vector<std::string> source;
};

/// The lists that are known, alive and dead.
class ZoneTable {
 public:
  /// The table compiled in.
  static Result<ZoneTable> builtin();
  /// Reads a table in the form of data/zones.json (dnsbl-check(1) describes it). Unknown fields,
  /// unknown words and zones given twice are errors, so that a typing error cannot pass for a
  /// working list. `name` is the context of errors.
  static Result<ZoneTable> parse(std::string_view json, const std::string& name);

  /// Takes over the rows of `other`: a row replaces the one of the same zone, and a row for a zone
  /// held dead brings it back. Where `other` says `"replace": true` nothing of this table stays.
  void extend(ZoneTable other);

  /// The list called `zone` (lower case, no trailing dot), or nullptr.
  [[nodiscard]] const Zone* find(std::string_view zone) const;
  /// Why `zone` must not be asked, or nullptr. A row of its own wins over a dead suffix.
  [[nodiscard]] const DeadZone* find_dead(std::string_view zone) const;

  [[nodiscard]] const std::vector<Zone>& zones() const { return zones_; }
  [[nodiscard]] const std::vector<DeadZone>& dead() const { return dead_; }

 private:
  friend class ZoneReader;
  std::vector<Zone> zones_;
  std::vector<DeadZone> dead_;
  bool replace_ = false;
};

/// The entries RFC 5782 §5 asks every list of `kind` to have.
TestPoints standard_test_points(Kind kind);

/// A row for a list that the table does not know: any kind of question, any 127/8 answer a listing,
/// the standard's test points.
Zone generic_zone(std::string_view zone);

/// "ip4", "ip6", "domain".
std::string_view kind_name(Kind kind);
/// "block", "allow", "reputation".
std::string_view list_name(ListKind kind);

/// True for a name that can stand behind a question: labels of letters, digits, '-' and '_'.
bool is_zone_name(std::string_view zone);

}  // namespace hagaki::dnsbl
