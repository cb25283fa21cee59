#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "dns/mail_hosts.h"
#include "harvest/providers.h"

/// What is known about one domain.
struct DomainFacts {
  bool known = false;
  std::string status;    ///< mx_status; empty where DNS was not asked
  std::string first_mx;  ///< for people
  std::string provider;  ///< id; empty = none known
  std::string fragment;  ///< `"mx":…,"mx_status":…,"provider":…` as records carry it
};

/// The domains of a run, each looked up once. Memory is bounded: beyond kMost the oldest are
/// forgotten, and looked up again should they come back.
class Domains {
 public:
  static constexpr std::size_t kMost = 500'000;

  /// `resolver` may be null: nothing is asked then. `on_known` is called from the event loop
  /// whenever a domain has become known. Both and `providers` must outlive this.
  Domains(hagaki::dns::Resolver* resolver, const hagaki::harvest::Providers& providers,
          std::function<void()> on_known);

  /// The domain, now or later known.
  std::shared_ptr<const DomainFacts> find(const std::string& name);

  [[nodiscard]] std::uint64_t asked() const { return asked_; }      ///< domains looked up
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }  ///< of these, without an answer
  /// Why one of them has none.
  [[nodiscard]] const std::string& why_unknown() const { return why_unknown_; }

 private:
  void learn(const std::string& name, const hagaki::dns::MailHosts& found, DomainFacts& domain);
  hagaki::dns::Resolver* resolver_;
  const hagaki::harvest::Providers& providers_;
  std::function<void()> on_known_;
  std::unordered_map<std::string, std::shared_ptr<DomainFacts>> domains_;
  std::deque<std::string> order_;
  std::uint64_t asked_ = 0;
  std::uint64_t unknown_ = 0;
  std::string why_unknown_;
};
