#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "address/address.h"
#include "base/time.h"
#include "dkim/signature.h"
#include "dns/ip.h"
#include "dns/resolver.h"
#include "dnsbl/selection.h"
#include "preflight/finding.h"

namespace hagaki::preflight {

/// An address that receivers will see, and our name in EHLO there.
struct SendingAddress {
  dns::IpAddress ip;
  std::string helo;  ///< empty where a relay presents itself
};

/// Who sends, as far as it is the same for all messages.
struct Sender {
  std::vector<Address> from;
  std::vector<Address> reply_to;
  std::optional<Address> envelope_sender;  ///< where bounces go; nothing = not checked
  std::vector<dkim::Signer> signers;       ///< those that sign for From
  /// The address that receivers will see; nothing where it is not known, and `ip_unknown` says why.
  std::optional<dns::IpAddress> ip;
  std::string ip_unknown;  ///< with an `ip`: why some others are not known
  /// The name in EHLO that receivers will see; empty where a relay presents itself.
  std::string helo;
  std::vector<SendingAddress> others;  ///< besides `ip`
  bool direct = false;  ///< receivers hear it from us and from no relay, which might sign too
  bool transactional = false;  ///< no campaign: no DMARC record is asked for
};

/// Checks by DNS whether receivers will believe the sender: From, Reply-To and the envelope
/// sender's domain take mail; SPF, DKIM, DMARC; PTR and HELO; blocklists. Everything is asked at
/// once.
class SenderCheck {
 public:
  using Done = std::function<void(std::vector<Finding>)>;

  /// `resolver` must outlive it; of `zones` only blocklists are asked; `now` is the clock.
  SenderCheck(dns::Resolver& resolver, const std::vector<dnsbl::AskedZone>& zones, Sender sender,
              std::function<Timestamp()> now);
  /// May be destroyed at any time outside `done`; answers still open are then dropped.
  ~SenderCheck();
  SenderCheck(const SenderCheck&) = delete;
  SenderCheck& operator=(const SenderCheck&) = delete;

  /// Begins. `done` is called once, when everything is answered; possibly from inside where nothing
  /// is to be asked.
  void start(Done done);
  /// The findings so far; what is still open could not be checked, and `why` says why not. `done`
  /// is not called any more.
  std::vector<Finding> end(const std::string& why);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::preflight
