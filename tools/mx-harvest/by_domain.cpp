#include "by_domain.h"

#include "records/line_writer.h"

using namespace hagaki;

DomainCount* DomainList::add(const Row& row) {
  const auto [at, is_new] = by_name_.try_emplace(row.domain, nullptr);
  if (!is_new) {
    at->second->recipients += row.recipients;
    return nullptr;
  }
  at->second = &entries_.emplace_back();
  at->second->name = &at->first;
  at->second->recipients = row.recipients;
  at->second->first_ref = row.ref;
  return at->second;
}

std::string domain_record(const DomainCount& domain) {
  std::string out;
  records::LineWriter writer(out);
  writer.add("type", "domain")
      .add("v", 1)
      .add("domain", *domain.name)
      .add("recipients", static_cast<std::int64_t>(domain.recipients))
      .add("first_ref", domain.first_ref);
  if (!domain.facts->fragment.empty()) (out += ',') += domain.facts->fragment;
  return out += '}';
}
