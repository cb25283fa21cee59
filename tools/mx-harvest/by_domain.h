#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "domains.h"
#include "row.h"

/// One domain of --by-domain.
struct DomainCount {
  const std::string* name = nullptr;         ///< A-label form; lives as long as the list
  std::shared_ptr<const DomainFacts> facts;  ///< set by whoever looks the domain up
  std::uint64_t recipients = 0;
  std::string first_ref;  ///< where it stood first
};

/// The domains of a run in the order in which they first appeared, with how many recipients each
/// has. Memory grows with the domains and not with the recipients.
class DomainList {
 public:
  /// Counts the row. The new entry, which lacks its facts, where its domain is the first of its
  /// name; else null. Entries stay where they are.
  DomainCount* add(const Row& row);

  [[nodiscard]] const std::deque<DomainCount>& entries() const { return entries_; }

 private:
  std::unordered_map<std::string, DomainCount*> by_name_;
  std::deque<DomainCount> entries_;
};

/// The record of a domain whose facts are known, without line end.
std::string domain_record(const DomainCount& domain);
