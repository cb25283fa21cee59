#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/event.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"

namespace hagaki::rules {

/// The other spellings of a canonical key in which one character of the local part is read for
/// another: "-" and "_", "1" and "l", "0" and "o". At most 64.
std::vector<std::string> look_alikes(std::string_view key);

/// Finds the address that was meant where one was unknown to its host, if the other spelling is
/// known: it is on the list, or mail to it was delivered, in both cases after the event that called
/// the one unknown was read. Memory goes by the unknown addresses, not by the list.
class LookAlikes {
 public:
  explicit LookAlikes(KeyHasher hasher) : hasher_(hasher) {}

  /// Takes notice of an event: whose other spellings are looked for, and which was reached.
  void note(const records::Event& event);
  /// Asks for addresses that mail was delivered to, besides those that note() hears of: of a
  /// canonical key. It must outlive this.
  void ask(std::function<bool(std::string_view key)> reached) { reached_ = std::move(reached); }
  /// Takes notice of an address on the list that nothing speaks against.
  void seen(std::string_view key);
  /// Whether there is anything to look for.
  [[nodiscard]] bool any() const { return wanted_.size() > 0; }
  /// The other spelling of `key` that is known, if there is exactly one.
  [[nodiscard]] std::optional<std::string> find(std::string_view key) const;

 private:
  struct Known {
    bool good = false;
  };
  KeyHasher hasher_;
  HashTable<Known> wanted_;
  std::function<bool(std::string_view key)> reached_;
};

}  // namespace hagaki::rules
