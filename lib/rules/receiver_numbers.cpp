#include "rules/receiver_numbers.h"

#include <cassert>

#include "harvest/providers.h"

namespace hagaki::rules {
namespace {

constexpr std::size_t kLongestDomain = 255;  // RFC 1035 §2.3.4
constexpr char kDomain = 'd';
constexpr char kProvider = 'p';

const harvest::Providers& providers() {
  static const auto builtin = harvest::Providers::builtin();
  assert(builtin && "the embedded table is part of the program and tested");
  return *builtin;
}

}  // namespace

std::uint32_t ReceiverNumbers::of_recipient(std::string_view key) {
  const auto at = key.rfind('@');
  return at == std::string_view::npos ? 0 : of_domain(key.substr(at + 1));
}

std::uint32_t ReceiverNumbers::of_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > kLongestDomain) return 0;
  const std::uint64_t hash = hasher_(domain, kDomain);
  if (const auto* known = numbers_.find(hash)) return *known;
  const auto provider = providers().find({}, domain);
  if (provider.empty()) return numbered(hash, domain);
  const std::uint32_t number = numbered(hasher_(provider, kProvider), provider);
  return numbers_.insert(hash).first = number;
}

std::uint32_t ReceiverNumbers::named(std::string_view name) {
  return providers().has(name) ? numbered(hasher_(name, kProvider), name) : of_domain(name);
}

std::uint32_t ReceiverNumbers::numbered(std::uint64_t hash, std::string_view name) {
  auto [number, fresh] = numbers_.insert(hash);
  if (fresh) {
    names_ += name;
    ends_.push_back(names_.size());
    number = static_cast<std::uint32_t>(ends_.size());
  }
  return number;
}

std::string_view ReceiverNumbers::name(std::uint32_t number) const {
  if (number == 0 || number > ends_.size()) return {};
  const std::uint64_t begin = number == 1 ? 0 : ends_[number - 2];
  return std::string_view(names_).substr(begin, ends_[number - 1] - begin);
}

}  // namespace hagaki::rules
