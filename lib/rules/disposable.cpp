#include "rules/disposable.h"

#include <cassert>

#include <fmt/core.h>

#include "address/domain.h"
#include "address/public_suffix.h"
#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(disposable_domains_txt)

namespace hagaki::rules {

DisposableDomains DisposableDomains::builtin() {
  return parse(embedded::disposable_domains_txt, "disposable-domains.txt",
               [](const Error&) { assert(false && "the embedded list is tested"); });
}

DisposableDomains DisposableDomains::parse(std::string_view text, const std::string& name,
                                           const std::function<void(const Error&)>& on_bad) {
  DisposableDomains out;
  std::size_t number = 0;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (auto line : split(text, '\n')) {
    ++number;
    for (auto i = line.find('#'); i != std::string_view::npos; i = line.find('#', i + 1)) {
      if (i > 0 && !is_blank(line[i - 1])) continue;
      line = line.substr(0, i);
      break;
    }
    line = trim(line);
    if (line.empty()) continue;
    if (line.front() == '@') line.remove_prefix(1);
    const auto domain = Domain::parse(line);
    const std::string where = fmt::format("{}:{}", name, number);
    if (!domain) {
      on_bad({domain.error().code, domain.error().message, where});
    } else if (registrable_domain(domain->ascii()).empty()) {
      on_bad({ErrorCode::Syntax,
              fmt::format("\"{}\" is a public suffix, not somebody's domain", domain->ascii()),
              where});
    } else {
      out.domains_.insert(domain->ascii());
    }
  }
  return out;
}

std::string_view DisposableDomains::find(std::string_view domain) const {
  // Where the last labels are a public suffix there can be no entry any more; a lookup less or more
  // costs nothing, so the suffix itself need not be known here.
  while (!domain.empty()) {
    const auto found = domains_.find(std::string(domain));
    if (found != domains_.end()) return *found;
    const auto dot = domain.find('.');
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
  }
  return {};
}

}  // namespace hagaki::rules
