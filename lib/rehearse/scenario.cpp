#include "rehearse/scenario.h"

#include <algorithm>

#include "base/text.h"

namespace hagaki::rehearse {

bool wildcard_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const Mailbox* DomainRule::mailbox(std::string_view local) const {
  const std::string key = ascii_lower(local);
  if (const auto hit = exact_.find(key); hit != exact_.end()) return &mailboxes[hit->second];
  for (const std::size_t i : patterns_)
    if (wildcard_match(mailboxes[i].pattern, key)) return &mailboxes[i];
  return nullptr;
}

void DomainRule::index() {
  exact_.clear();
  patterns_.clear();
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    if (mailboxes[i].pattern.find_first_of("*?") == std::string::npos)
      exact_.emplace(mailboxes[i].pattern, i);
    else
      patterns_.push_back(i);
  }
}

const DomainRule* Scenario::domain(std::string_view name) const {
  if (const auto hit = domain_index_.find(std::string(name)); hit != domain_index_.end())
    return &domains[hit->second];
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos;
       dot = name.find('.', dot + 1)) {
    const auto hit = domain_index_.find("*" + std::string(name.substr(dot)));
    if (hit != domain_index_.end()) return &domains[hit->second];
  }
  // "*" stands for mail domains, not for the hosts and zones that have names of their own.
  if (const auto hit = domain_index_.find("*"); hit != domain_index_.end() && !host(name))
    return &domains[hit->second];
  return nullptr;
}

std::optional<std::size_t> Scenario::host(std::string_view name) const {
  const auto hit = host_index_.find(std::string(name));
  if (hit == host_index_.end()) return std::nullopt;
  return hit->second;
}

std::vector<std::size_t> Scenario::route(const DomainRule& rule) const {
  std::vector<std::size_t> hosts_of_rule;
  for (const MxTarget& mx : rule.mx)
    if (const auto index = host(mx.host)) hosts_of_rule.push_back(*index);
  if (rule.mx.empty())
    if (const auto index = host(rule.implicit_host)) hosts_of_rule.push_back(*index);
  return hosts_of_rule;
}

void Scenario::index() {
  domain_index_.clear();
  host_index_.clear();
  for (std::size_t i = 0; i < hosts.size(); ++i) host_index_.emplace(hosts[i].name, i);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    domain_index_.emplace(domains[i].name, i);
    domains[i].index();
    // Equal preferences keep the order of the file.
    auto& mx = domains[i].mx;
    const auto less = [](const MxTarget& a, const MxTarget& b) {
      return a.preference < b.preference;
    };
    for (auto it = mx.begin(); it != mx.end(); ++it)
      std::rotate(std::upper_bound(mx.begin(), it, *it, less), it, it + 1);
  }
}

}  // namespace hagaki::rehearse
