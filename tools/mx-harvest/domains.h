#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cli/log.h"
#include "dns/host_directory.h"
#include "dns/mail_hosts.h"
#include "harvest/providers.h"
#include "store/dns_cache.h"

/// A text that many may share.
class SharedText {
 public:
  SharedText() = default;
  explicit SharedText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& get() const;
  [[nodiscard]] bool empty() const { return get().empty(); }
  operator const std::string&() const { return get(); }  // NOLINT(google-explicit-constructor)

 private:
  std::shared_ptr<const std::string> text_;
};

/// What is known about one domain.
struct DomainFacts {
  bool known = false;
  std::string status;    ///< mx_status; empty where DNS was not asked
  SharedText first_mx;   ///< for people
  std::string provider;  ///< id; empty = none known
  SharedText fragment;   ///< `"mx":…,"mx_status":…,"provider":…` as records carry it
};

/// Where Domains asks.
struct DomainEdges {
  hagaki::dns::Resolver* resolver = nullptr;  ///< null: nothing is asked
  bool mx_hosts = true;                       ///< whether hosts that an MX names exist is asked too
  hagaki::store::DnsCache* cache = nullptr;   ///< null: none
  /// Told once, when the cache fails; it is not used any more then.
  std::function<void(const hagaki::Error&)> on_cache_failure;
};

/// The answers that a cache would save are asked for instead.
inline void warn_of_cache(hagaki::cli::Log& log, const hagaki::Error& error) {
  log.warning("--cache: " + error.text() + "; going on without it");
}

/// The domains of a run, each looked up once. Memory is bounded: beyond kMost the oldest are
/// forgotten, and looked up again should they come back. What becomes known goes into the cache in
/// portions, the last one when this goes.
class Domains {
 public:
  static constexpr std::size_t kMost = 500'000;

  /// `on_known` is called from the event loop whenever a domain has become known. It, what `edges`
  /// points at and `providers` must outlive this.
  Domains(DomainEdges edges, const hagaki::harvest::Providers& providers,
          std::function<void()> on_known);
  ~Domains();
  Domains(const Domains&) = delete;
  Domains& operator=(const Domains&) = delete;

  /// The domain, now or later known.
  std::shared_ptr<const DomainFacts> find(const std::string& name);

  [[nodiscard]] std::uint64_t asked() const { return asked_; }      ///< domains looked up in DNS
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }  ///< of these, without an answer
  [[nodiscard]] std::uint64_t cached() const { return cached_; }    ///< domains the cache knew
  /// Why one of them has none.
  [[nodiscard]] const std::string& why_unknown() const { return why_unknown_; }
  /// Domains whose answer could not be read, or that cannot be asked about; and why one was not.
  [[nodiscard]] std::uint64_t unjudged() const { return unjudged_; }
  [[nodiscard]] const std::string& why_unjudged() const { return why_unjudged_; }
  /// Puts what has become known into the cache.
  void keep();

 private:
  void ask(const std::string& name, const std::shared_ptr<DomainFacts>& domain);
  bool recall(const std::string& name, DomainFacts& domain);
  void settle(const std::string& name, const hagaki::dns::MailHosts& found, DomainFacts& domain);
  void learn(const std::string& name, const hagaki::dns::MailHosts& found, DomainFacts& domain);
  std::string_view fragment_of(const hagaki::dns::MailHosts& found, const DomainFacts& domain);
  SharedText share(std::string_view text);
  void give_up_cache(const hagaki::Error& error);

  DomainEdges edges_;
  const hagaki::harvest::Providers& providers_;
  std::function<void()> on_known_;
  std::optional<hagaki::dns::HostDirectory> hosts_;
  std::unordered_map<std::string, std::shared_ptr<DomainFacts>> domains_;
  std::deque<const std::string*> order_;  ///< their names, the oldest first
  /// The last texts by their hash: domains with the same hosts are many.
  std::array<std::shared_ptr<const std::string>, 4096> texts_;
  std::string fragment_;                               ///< being written
  std::vector<hagaki::store::DnsCache::Entry> fresh_;  ///< not in the cache yet
  std::uint64_t asked_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t unjudged_ = 0;
  std::uint64_t cached_ = 0;
  std::string why_unknown_;
  std::string why_unjudged_;
};
