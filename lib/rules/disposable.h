#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"

namespace hagaki::rules {

/// Domains of addresses that are thrown away after use. An entry covers the domains below it too:
/// such services hand these out. Never more than somebody registered: "co.jp" is no entry.
class DisposableDomains {
 public:
  /// The table that hagaki was built with (data/disposable-domains.txt).
  static DisposableDomains builtin();
  /// Reads one domain a line; "#" at a line's start or behind a blank begins a comment. A line that
  /// is no domain, or is a public suffix, goes to `on_bad` with "name:line" and is passed over.
  static DisposableDomains parse(std::string_view text, const std::string& name,
                                 const std::function<void(const Error&)>& on_bad);

  /// The entry that covers `domain` (A-label form, lower case); empty where none does.
  [[nodiscard]] std::string_view find(std::string_view domain) const;
  [[nodiscard]] std::size_t size() const { return domains_.size(); }

 private:
  std::unordered_set<std::string> domains_;
};

}  // namespace hagaki::rules
