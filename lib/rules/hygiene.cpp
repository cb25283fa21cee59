#include "rules/hygiene.h"

#include <algorithm>

#include "records/object.h"

namespace hagaki::rules {
namespace {

Decision against(std::string rule, const records::Object& evidence) {
  Decision out;
  out.rule = std::move(rule);
  out.evidence.push_back(evidence.line());
  return out;
}

}  // namespace

Decision bad_syntax(const Error& error) {
  records::Object evidence;
  evidence.add("error", error.text());
  return against("hygiene.syntax", evidence);
}

std::optional<Decision> undeliverable(const Policy& policy, const records::Line& recipient) {
  const auto status = recipient.string("mx_status");
  if (!status) return std::nullopt;
  const auto& stopped = policy.mx_status;
  if (std::find(stopped.begin(), stopped.end(), *status) == stopped.end()) return std::nullopt;
  records::Object evidence;
  evidence.add("domain", recipient.string("domain"));
  evidence.add("mx_status", *status);
  return against("hygiene." + std::string(*status), evidence);
}

std::optional<Decision> Duplicates::note(const Address& address) {
  if (seen_.insert(hasher_(address.key())).second) return std::nullopt;
  records::Object evidence;
  evidence.add("key", address.key());
  return against("hygiene.duplicate", evidence);
}

}  // namespace hagaki::rules
