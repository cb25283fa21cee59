#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "dns/mail_hosts.h"

namespace hagaki::harvest {

/// Which mailbox provider takes the mail (data/providers.json).
class Providers {
 public:
  /// Reads the table's JSON. Error::Config says what is wrong with it.
  static Result<Providers> parse(std::string_view json);
  /// The table that hagaki was built with.
  static Result<Providers> builtin();

  /// The provider's id by the first of `hosts` that is known, else by `domain` (A-label form);
  /// empty when neither is. Lives as long as the table.
  [[nodiscard]] std::string_view find(const std::vector<dns::MailHost>& hosts,
                                      std::string_view domain) const;
  /// Whether the table has a provider of that id.
  [[nodiscard]] bool has(std::string_view id) const;

 private:
  std::unordered_set<std::string> ids_;
  std::unordered_map<std::string, std::string> by_suffix_;
  std::unordered_map<std::string, std::string> by_domain_;
};

}  // namespace hagaki::harvest
