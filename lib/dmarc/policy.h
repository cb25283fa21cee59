#pragma once

#include <functional>
#include <string>

#include "dmarc/record.h"
#include "dns/resolver.h"

namespace hagaki::dmarc {

/// What DNS says about a domain's DMARC record.
enum class PolicyStatus {
  Found,
  None,     ///< neither the domain nor its organisational domain has one
  Several,  ///< more than one at one name, which counts as none (RFC 7489 §6.6.3)
  Bad,      ///< it cannot be read, which counts as none
  Unknown,  ///< DNS could not be asked
};

struct Policy {
  PolicyStatus status = PolicyStatus::None;
  Record record;           ///< of Found
  std::string name;        ///< where it stands: "_dmarc.example.com"; of None the name asked last
  bool inherited = false;  ///< it is the organisational domain's and not the domain's own
  std::string detail;      ///< why Bad or Unknown, for people

  /// What is asked for mail from the domain: of an inherited record its sp where it has one.
  [[nodiscard]] Request request() const;
};

using PolicyDone = std::function<void(const Policy&)>;

/// Finds the record that holds for mail from `domain` (A-labels; RFC 7489 §6.6.3). `resolver` must
/// live until `done`, which is called exactly once, never from inside.
void find_policy(dns::Resolver& resolver, const std::string& domain, PolicyDone done);

}  // namespace hagaki::dmarc
