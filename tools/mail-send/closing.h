#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/log.h"
#include "delivery/campaign.h"
#include "events.h"
#include "held_reasons.h"
#include "options.h"
#include "recipients.h"

/// "20 no-consent, 3 from-web"; what has no name is left out.
std::string listed(const std::map<std::string, std::uint64_t>& counts);

/// Says at the end of a run what became of the recipients, and what is to be done about it.
class Closing {
 public:
  /// Both must outlive it.
  Closing(const Options& options, hagaki::cli::Log& log) : options_(options), log_(log) {}

  /// The whole account: "300 recipients: 270 delivered, 20 skipped (20 no-consent), …". `events`
  /// are those of the run.
  void report(const hagaki::delivery::Summary& summary, const Recipients& recipients,
              const Events& events);
  /// For what recipients are held: the first few reasons.
  void held(const HeldReasons& reasons);
  /// How many were passed over before a message was made for them, and why; nothing where none was.
  void passed_over(const Recipients& recipients);
  /// What the rules would have refused in a larger campaign.
  void forgiven(const Recipients& recipients);
  /// Options that lift what was refused.
  void what_to_do(const Recipients& recipients);

 private:
  void warn_of_same_name(const hagaki::delivery::Summary& summary);

  const Options& options_;
  hagaki::cli::Log& log_;
};
