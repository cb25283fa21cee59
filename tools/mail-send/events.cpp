#include "events.h"

#include <fmt/core.h>

using namespace hagaki;
using records::DeliveryEvent;

namespace {

constexpr std::uint64_t kMostRows = 500;

std::string_view color_of(DeliveryEvent::Kind kind) {
  switch (kind) {
    case DeliveryEvent::Kind::Failed:
    case DeliveryEvent::Kind::Uncertain:
      return "31";
    case DeliveryEvent::Kind::Deferred:
    case DeliveryEvent::Kind::Held:
      return "33";
    default:
      return "";
  }
}

}  // namespace

Events::Events(cli::Output& out, bool table)
    : out_(out),
      for_person_(table),
      table_({{"email", cli::Table::Align::Left, 12},
              {"event", cli::Table::Align::Left, 8},
              {"reason", cli::Table::Align::Left, 8},
              {"code", cli::Table::Align::Right, 4},
              {"said", cli::Table::Align::Left, 16}}) {}

bool Events::event(const DeliveryEvent& event, std::string_view record) {
  if (!for_person_) return out_.write_line(record);
  if (event.kind != DeliveryEvent::Kind::Delivered && ++rows_ <= kMostRows) {
    table_.row({event.email, std::string(records::kind_name(event.kind)), event.reason,
                event.code == 0 ? "" : std::to_string(event.code), event.diagnostic},
               std::string(color_of(event.kind)));
  }
  return true;
}

bool Events::flush() {
  return for_person_ || out_.flush();
}

bool Events::add(const DeliveryEvent& record) {
  return event(record, records::to_record(record));
}

bool Events::print_table(std::size_t columns, bool color) {
  if (!for_person_ || table_.empty()) return true;
  std::string text = table_.text(columns, color);
  if (rows_ > kMostRows) text += fmt::format("… and {} more\n", rows_ - kMostRows);
  return out_.write(text) && out_.flush();
}
