#include "signers.h"

#include <algorithm>

#include "address/domain.h"
#include "address/public_suffix.h"
#include "base/ascii.h"
#include "base/text.h"
#include "cli/secret.h"

using namespace hagaki;

namespace {

bool is_selector(std::string_view s) {
  const auto labels = split(s, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  });
}

}  // namespace

Result<SignerFile> parse_signer(const std::string& value) {
  const auto first = value.find(':');
  const auto second = first == std::string::npos ? first : value.find(':', first + 1);
  if (second == std::string::npos || second + 1 == value.size()) {
    return fail(ErrorCode::Config, "DOMAIN:SELECTOR:FILE is needed");
  }
  const auto domain = Domain::parse(std::string_view(value).substr(0, first));
  if (!domain) return fail(ErrorCode::Config, domain.error().message);
  if (domain->is_literal() || domain->ascii().find('.') == std::string::npos) {
    return fail(ErrorCode::Config, "a key stands in DNS below a domain of one's own");
  }
  if (is_registry_suffix(domain->ascii())) {
    return fail(ErrorCode::Config, domain->ascii() + " is a public suffix, no domain of one's own");
  }
  const auto selector = ascii_lower(std::string_view(value).substr(first + 1, second - first - 1));
  if (!is_selector(selector)) {
    return fail(ErrorCode::Config, "a selector is made of letters, digits, hyphens and dots");
  }
  return SignerFile{domain->ascii(), selector, value.substr(second + 1)};
}

Result<std::vector<dkim::Signer>> read_signers(const std::vector<std::string>& values) {
  std::vector<dkim::Signer> signers;
  for (const std::string& value : values) {
    const auto named = parse_signer(value);
    if (!named) return tl::unexpected<Error>(named.error());
    const bool twice = std::any_of(signers.begin(), signers.end(), [&](const dkim::Signer& other) {
      return other.domain == named->domain && other.selector == named->selector;
    });
    if (twice) return fail(ErrorCode::Config, "a selector names one key of a domain", named->file);
    const auto pem = cli::read_private(named->file);
    if (!pem) return tl::unexpected<Error>(pem.error());
    auto key = dkim::Key::parse(*pem);
    if (!key) return fail(ErrorCode::Config, key.error().message, named->file);
    signers.push_back({named->domain, named->selector, std::move(*key)});
  }
  return signers;
}

std::string dkim_records(const std::vector<dkim::Signer>& signers) {
  std::string out;
  for (const dkim::Signer& signer : signers) out += dkim::zone_line(signer) + '\n';
  return out;
}
