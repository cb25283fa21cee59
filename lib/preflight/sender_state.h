#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dnsbl/check.h"
#include "preflight/sender.h"

namespace hagaki::preflight {

/// Passes questions on, and answers back only while its owner lives. Knows whether any name was
/// looked up at all.
class HeardResolver : public dns::Resolver {
 public:
  explicit HeardResolver(dns::Resolver& resolver) : resolver_(resolver) {}
  void query(const std::string& name, dns::Type type, Done done) override;

  /// True when some question got an answer, if only that there is nothing.
  [[nodiscard]] bool heard() const { return heard_; }
  [[nodiscard]] bool asked() const { return asked_; }
  /// Of the last question without an answer, for people.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  dns::Resolver& resolver_;
  bool heard_ = false;
  bool asked_ = false;
  std::string failure_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// What the checks of one sender share. Each check is a part: opened before it asks, closed with
/// what it found.
struct SenderCheck::State {
  State(dns::Resolver& asked, const std::vector<dnsbl::AskedZone>& asked_zones, Sender who,
        std::function<Timestamp()> clock)
      : resolver(asked), sender(std::move(who)), now(std::move(clock)) {
    for (const dnsbl::AskedZone& asked_zone : asked_zones) {
      if (asked_zone.zone.list == dnsbl::ListKind::Block) zones.push_back(asked_zone);
    }
  }

  /// A check on its way; `id` is that of what it would find.
  struct Part {
    Id id;
    std::string what;     ///< what it is about: a domain, an address
    std::string address;  ///< Finding::address
    bool open = true;
  };

  std::size_t open(Id id, std::string what) { return open(id, std::move(what), {}); }
  std::size_t open(Id id, std::string what, std::string address);
  void close(std::size_t part) { close(part, {}); }
  void close(std::size_t part, std::vector<Finding> found);
  /// Closes a part that could not be checked.
  void close_unknown(std::size_t part, const std::string& why);
  void add(Id id, std::string detail, std::string address = {}) {
    findings.push_back({id, std::move(detail), false, std::move(address)});
  }
  void finish_if_done();
  /// All that are known.
  [[nodiscard]] std::vector<SendingAddress> addresses() const;
  std::vector<Finding> result();

  HeardResolver resolver;
  std::vector<dnsbl::AskedZone> zones;  // blocklists
  Sender sender;
  std::function<Timestamp()> now;
  std::vector<Part> parts;
  std::vector<Finding> findings;
  Done done;
  bool starting = true;
  bool ended = false;
  std::unique_ptr<dnsbl::Check> lists;
};

/// From, Reply-To and the envelope sender: do their domains take mail?
void check_mailboxes(SenderCheck::State& state);
/// SPF, DKIM and DMARC.
void check_authentication(SenderCheck::State& state);
/// PTR and HELO.
void check_names(SenderCheck::State& state);
/// Blocklists.
void check_lists(SenderCheck::State& state);

}  // namespace hagaki::preflight
