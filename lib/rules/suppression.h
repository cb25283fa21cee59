#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "records/reader.h"
#include "rules/decision.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"

namespace hagaki::rules {

/// Addresses that must not be mailed whatever the events say. A file holds one entry a line:
///
///     person@example.jp      this address, compared by its canonical key
///     @example.jp            every address of this domain (not of those below it)
///     64 or 32 hex digits    SHA-256 or MD5 of an address, trimmed and in lower case
///     {"email":"…"}          a record: a recipient, a pruned one, an unsubscribe or feedback event
///
/// or what a mail service exports (suppression_export.h): CSV with a header that names a column of
/// addresses, JSON of any layout.
///
/// Empty lines and what follows a "#" at the line's start or behind a blank is passed over.
/// An address matches whole or not at all: "a@example.jp" leaves "ba@example.jp" alone.
class Suppression {
 public:
  explicit Suppression(KeyHasher hasher);
  ~Suppression();
  Suppression(Suppression&&) noexcept;

  /// Adds the entries of a file. A line that is no entry goes to `on_bad` with "name:line" and is
  /// passed over. False when the stream itself failed.
  bool read(std::istream& in, const std::string& name, const records::BadLine& on_bad);

  /// Adds one line of a file; nothing happens for blank lines and comments.
  Result<void> add(std::string_view line, const std::string& name, std::uint64_t number);

  /// The decision against `address`: rule "suppress.address", "suppress.domain" or "suppress.hash",
  /// with the place of the entry as evidence.
  [[nodiscard]] std::optional<Decision> find(const Address& address) const {
    return find(address, hasher_(address.key()));
  }
  /// The same; `hash` is that of the canonical key. expect() it before, with other work in between,
  /// so that memory need not be waited for.
  [[nodiscard]] std::optional<Decision> find(const Address& address, std::uint64_t hash) const;
  void expect(std::uint64_t hash) const { entries_.expect(hash); }

  /// Rows of exports that suppress nobody, as they tell of blocks and of failures that pass.
  [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }

  /// Whether decisions have evidence: it costs time that is wasted where nobody reads it.
  void give_evidence(bool wanted) { evidence_ = wanted; }

  /// Entries held; the same one twice counts once.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Place {
    std::uint32_t line = 0;
    std::uint32_t file = 0;  // in files_
  };

  /// What a file holds, by its beginning.
  enum class Form { Lines, Csv, Json };
  static Form form_of(std::string_view head);
  bool read_lines(std::istream& in, const std::string& name, const records::BadLine& on_bad);
  void read_csv(std::istream& in, const std::string& name, const records::BadLine& on_bad);
  void read_json(std::istream& in, const std::string& name, const records::BadLine& on_bad);

  Place place_of(const std::string& name, std::uint64_t number);
  Result<void> add_address(std::string_view text, Place place);
  Result<void> add_domain(std::string_view text, Place place);
  Result<void> add_row(std::string_view text, Place place);
  Result<void> add_all(const std::vector<std::string>& addresses, Place place);
  Result<void> add_record(std::string_view line, Place place);
  void insert(char kind, std::string_view text, Place place);
  [[nodiscard]] std::optional<Decision> look(char kind, std::string_view text,
                                             std::string_view rule) const {
    return look(hasher_(text, kind), kind, text, rule);
  }
  [[nodiscard]] std::optional<Decision> look(std::uint64_t hash, char kind, std::string_view text,
                                             std::string_view rule) const;

  KeyHasher hasher_;
  std::vector<std::string> files_;
  HashTable<Place> entries_;
  std::optional<Address> plain_;  // of the last entry; kept for its memory
  bool evidence_ = true;
  std::uint64_t passed_over_ = 0;
  bool has_domain_ = false;
  bool has_sha256_ = false;
  bool has_md5_ = false;
  std::unique_ptr<records::LineParser> parser_;
};

}  // namespace hagaki::rules
