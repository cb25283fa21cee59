#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "cli/table.h"
#include "delivery/campaign.h"
#include "records/delivery_event.h"

/// Where delivery events end: JSON lines on standard output, or for a person a table of who was not
/// reached. Counts them in both cases.
class Events : public hagaki::delivery::EventSink {
 public:
  /// `table`: collect rows instead of writing records.
  Events(hagaki::cli::Output& out, bool table);

  bool event(const hagaki::records::DeliveryEvent& event, std::string_view record) override;
  bool flush() override;

  /// Writes an event that came from here and not from the engine.
  bool add(const hagaki::records::DeliveryEvent& event);
  /// Prints the table, where one was asked for.
  bool print_table(std::size_t columns, bool color);

 private:
  hagaki::cli::Output& out_;
  bool for_person_;
  hagaki::cli::Table table_;
  std::uint64_t rows_ = 0;
};
