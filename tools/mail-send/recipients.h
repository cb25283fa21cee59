#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/input.h"
#include "delivery/campaign.h"
#include "records/reader.h"
#include "rules/consent.h"

/// Reads recipients from inputs, one after the other, and holds back whom a campaign must not
/// reach.
class Recipients : public hagaki::delivery::RecipientSource {
 public:
  /// Hears of each recipient held back.
  using Refused = std::function<void(const hagaki::Address&, const hagaki::rules::Refusal&)>;

  struct Settings {
    /// Nothing: consent is not asked for.
    std::optional<hagaki::rules::ConsentRules> consent;
    hagaki::Timestamp now{};
    hagaki::records::BadLine on_bad;
    Refused on_refused;
  };

  Recipients(std::vector<hagaki::cli::Input> inputs, Settings settings);

  /// False while the next recipient is not there in whole; what comes in meanwhile is read.
  bool ready() override;
  std::optional<hagaki::delivery::Recipient> next() override;

  /// Bad lines so far, records that are no recipients included.
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  /// Recipients held back so far, by Refusal::name.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& refused() const { return refused_; }
  /// The input whose reading failed; empty when all is well.
  [[nodiscard]] const std::string& broken() const { return broken_; }

 private:
  bool read_on(bool may_wait);
  std::optional<hagaki::delivery::Recipient> take(const hagaki::records::Line& line);
  void bad_line(const hagaki::records::Line& line, std::string reason);

  std::vector<hagaki::cli::Input> inputs_;
  Settings settings_;
  std::size_t at_ = 0;
  std::optional<hagaki::delivery::Recipient> ahead_;  // read, not yet taken
  std::unique_ptr<hagaki::records::Reader> reader_;
  std::uint64_t bad_ = 0;
  std::map<std::string, std::uint64_t> refused_;
  std::string broken_;
};
