#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"

/// Which of the recipients are wanted, by where their mail goes (--only).
class StatusFilter {
 public:
  /// Each item holds states of `mx_status` and groups with commas between them: "dead" is null-mx,
  /// no-domain and no-mail-host, "unknown" is retry and error. "ok" means that mail has somewhere
  /// to go, by MX or without: implicit too. No item lets all pass. Error::Unsupported names what is
  /// neither state nor group.
  static hagaki::Result<StatusFilter> parse(const std::vector<std::string>& items);

  [[nodiscard]] bool active() const { return !wanted_.empty(); }
  [[nodiscard]] bool passes(std::string_view status) const {
    return wanted_.empty() || wanted_.contains(std::string(status));
  }

 private:
  std::unordered_set<std::string> wanted_;
};

/// The values of `mx_status`, the good ones first.
std::vector<std::string_view> mail_states();

/// How many stayed out, by state: "12 no-domain, 3 retry", the most first. Empty for none.
std::string by_state(const std::map<std::string, std::uint64_t>& counts);
