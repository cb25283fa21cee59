#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/log.h"
#include "cli/output.h"
#include "cli/table.h"
#include "delivery/campaign.h"
#include "held_reasons.h"
#include "records/delivery_event.h"

/// Where delivery events end: JSON lines on standard output, or for a person a table of who was not
/// reached, and the lines in a log file beside the journal.
class Events : public hagaki::delivery::EventSink {
 public:
  /// `table`: collect rows instead of writing records.
  /// `log` hears of notices.
  Events(hagaki::cli::Output& out, bool table, hagaki::cli::Log& log);

  bool event(const hagaki::records::DeliveryEvent& event, std::string_view record) override;
  bool notice(const hagaki::records::Notice& notice, std::string_view record) override;
  bool flush() override;
  bool sync() override;

  /// Where the table is asked for: also appends the records to the log of the campaign with this
  /// journal, which the caller has locked. Error::Io when the log cannot be opened, or is a file of
  /// something else.
  hagaki::Result<void> keep_log(const std::string& journal);
  /// The path of that log; empty when none is kept.
  [[nodiscard]] const std::string& log_path() const { return log_path_; }
  /// True when keep_log() failed.
  [[nodiscard]] bool lacks_log() const { return !log_path_.empty() && !log_; }
  /// Why the log could not be written; empty when all is well.
  [[nodiscard]] std::string log_failure() const { return log_ ? log_->failure() : std::string(); }

  /// What recipients are held for, where no table shows it.
  [[nodiscard]] const HeldReasons& held() const { return held_; }
  /// Tries that were deferred so far.
  [[nodiscard]] std::uint64_t deferrals() const { return deferrals_; }
  /// Writes an event that came from here and not from the engine.
  bool add(const hagaki::records::DeliveryEvent& event);
  /// Prints the table, where one was asked for.
  bool print_table(std::size_t columns, bool color);

 private:
  hagaki::cli::Output& out_;
  hagaki::cli::Log& messages_;
  bool for_person_;
  std::optional<hagaki::cli::Output> log_;
  std::string log_path_;
  hagaki::cli::Table table_;
  std::uint64_t rows_ = 0;
  std::uint64_t deferrals_ = 0;
  HeldReasons held_;
};
