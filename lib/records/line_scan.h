#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "records/line.h"

namespace hagaki::records {

/// The first key that stands twice; without data() when none does.
std::string_view duplicate_key(const std::vector<Line::Field>& fields);

/// Finds the top-level fields of many lines at the price of one look at their bytes: simdjson's
/// first stage finds the brackets, commas and strings of a whole block of lines, and scan() walks
/// over them. What holds for a line it takes: UTF-8, strings closed and without control characters,
/// brackets that match, and at the top level grammar, numbers, escapes, and no key twice. Nobody
/// looked at commas, colons, numbers and escapes inside a nested value. What it is not certain of
/// it leaves to LineParser. Not thread-safe.
class LineScanner {
 public:
  LineScanner();
  ~LineScanner();
  LineScanner(LineScanner&&) noexcept;
  LineScanner& operator=(LineScanner&&) noexcept;

  /// As many bytes index() takes.
  static constexpr std::size_t kBlock = 16u << 10;

  /// Takes in a block of whole lines, which must stay as it is while scan() is called for them.
  /// False where one of them is broken: scan() then takes none, and they are to be given one by
  /// one.
  bool index(std::string_view block);
  /// Takes the fields of `line`, which lies in the block behind those scanned before. False where
  /// LineParser must look.
  bool scan(std::string_view line, std::uint64_t number, Line& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::records
