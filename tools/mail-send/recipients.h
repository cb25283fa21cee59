#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/input.h"
#include "cli/log.h"
#include "delivery/campaign.h"
#include "records/reader.h"
#include "rules/admission.h"
#include "store/recent_mailings.h"

/// Reads recipients from inputs, one after the other, and holds back whom a campaign must not
/// reach. Those whose case depends on how many there are wait until that is known, at most
/// rules::kBulk - 1 of them; the others are handed out at once.
class Recipients : public hagaki::delivery::RecipientSource {
 public:
  /// Hears of each recipient that is not handed out, and why.
  using NotMailed =
      std::function<void(const hagaki::Address&, const std::vector<hagaki::rules::Refusal>&)>;

  struct Settings {
    /// Nothing: everybody is handed out.
    std::optional<hagaki::rules::Admission> admission;
    /// DeliveryEvent::consent of who is mailed on the sender's assertion.
    std::shared_ptr<const std::string> asserted;
    /// Who was mailed by other campaigns lately; nothing: nobody asks.
    std::optional<hagaki::store::RecentMailings> recent;
    hagaki::records::BadLine on_bad;
    NotMailed on_not_mailed;
    /// What holds in bulk only holds for nobody.
    bool lenient = false;
    std::function<void()> on_wait;  ///< called before reading blocks: nothing has come in yet
  };

  Recipients(std::vector<hagaki::cli::Input> inputs, Settings settings);

  /// Tells who is in the campaign's journal, before the first recipient is asked for: they count,
  /// so that a campaign in several portions is as large as it is; `is_known` says of a key whether
  /// the journal has it, so that no other campaign is in its way.
  void begin_with(const std::vector<std::string>& keys,
                  std::function<bool(std::string_view key)> is_known);

  /// False while the next recipient is not there in whole, or its case is open; what comes in
  /// meanwhile is read.
  bool ready() override;
  std::optional<hagaki::delivery::Recipient> next() override;

  /// Bad lines so far, records that are no recipients included.
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  /// Recipients not handed out so far, by the first Refusal::name.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& not_mailed() const {
    return not_mailed_;
  }
  /// How many of these the rules of admission refused.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// All rules that were against one of these or more: how many, by Refusal::name.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& rules() const { return rules_; }
  /// What was forgiven to recipients handed out, since they are few: by Refusal::name.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& forgiven() const { return forgiven_; }
  /// The input whose reading failed; empty when all is well.
  [[nodiscard]] const std::string& broken() const { return broken_; }

 private:
  struct Held {
    hagaki::delivery::Recipient recipient;
    std::vector<hagaki::rules::Refusal> refusals;
  };

  bool read_on(bool may_wait);
  void take(const hagaki::records::Line& line);
  [[nodiscard]] bool is_held(std::string_view key) const;
  void refuse_held();
  void release_held();
  void hand_out(hagaki::delivery::Recipient recipient);
  void refuse(const hagaki::Address& address, const std::vector<hagaki::rules::Refusal>& refusals);
  void pass_over(const hagaki::Address& address,
                 const std::vector<hagaki::rules::Refusal>& refusals);
  void bad_line(const hagaki::records::Line& line, std::string reason);

  std::vector<hagaki::cli::Input> inputs_;
  Settings settings_;
  std::function<bool(std::string_view)> is_known_;
  std::size_t at_ = 0;
  std::deque<hagaki::delivery::Recipient> ahead_;  // may be mailed, not yet taken
  std::vector<Held> held_;                         // until it is known how many there are
  hagaki::rules::Headcount heads_;
  std::unique_ptr<hagaki::records::Reader> reader_;
  std::uint64_t bad_ = 0;
  std::uint64_t refused_ = 0;
  std::map<std::string, std::uint64_t> not_mailed_;
  std::map<std::string, std::uint64_t> rules_;
  std::map<std::string, std::uint64_t> forgiven_;
  std::string broken_;
};

/// Opens the files of recipients, or standard input where there are none. Errors as
/// cli::open_input() has them.
hagaki::Result<std::vector<hagaki::cli::Input>> open_inputs(const std::vector<std::string>& files,
                                                            hagaki::cli::Log& log);
