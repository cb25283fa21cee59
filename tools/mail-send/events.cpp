#include "events.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "rules/notice.h"

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

/// "spring.journal" and "spring.jsonl"; never the journal itself.
std::string log_beside(const std::string& journal) {
  std::string log = std::filesystem::path(journal).replace_extension(".jsonl");
  return log == journal ? journal + ".jsonl" : log;
}

/// Whether `path` may be a log of deliveries by how it begins: recipients, too, are kept in files
/// that end in .jsonl, and must not get events between them.
bool is_foreign(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  constexpr std::string_view kBegin = R"({"type":"delivery")";
  std::array<char, kBegin.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  const std::string_view got(begin.data(), static_cast<std::size_t>(file.gcount()));
  return !kBegin.starts_with(got);
}

}  // namespace

Events::Events(cli::Output& out, bool table, cli::Log& log)
    : out_(out),
      messages_(log),
      for_person_(table),
      table_({{"email", cli::Table::Align::Left, 12},
              {"event", cli::Table::Align::Left, 8},
              {"reason", cli::Table::Align::Left, 8},
              {"code", cli::Table::Align::Right, 4},
              {"said", cli::Table::Align::Left, 16}}) {}

bool Events::event(const DeliveryEvent& event, std::string_view record) {
  if (event.kind == DeliveryEvent::Kind::Deferred) ++deferrals_;
  if (!for_person_) {
    if (event.kind == DeliveryEvent::Kind::Held) held_.add(event.diagnostic);
    return out_.write_line(record);
  }
  if (log_ && !log_->write_line(record)) return false;
  if (event.kind != DeliveryEvent::Kind::Delivered && ++rows_ <= kMostRows) {
    table_.row({event.email, std::string(records::kind_name(event.kind)), event.reason,
                event.code == 0 ? "" : std::to_string(event.code), event.diagnostic},
               std::string(color_of(event.kind)));
  }
  return true;
}

bool Events::notice(const records::Notice& notice, std::string_view record) {
  messages_.warning(rules::notice_line(notice));
  if (!for_person_) return out_.write_line(record);
  return !log_ || log_->write_line(record);
}

bool Events::flush() {
  if (!for_person_) return out_.flush();
  return !log_ || log_->flush();
}

bool Events::sync() {
  if (!for_person_) return out_.sync();
  return !log_ || log_->sync();
}

Result<void> Events::keep_log(const std::string& journal) {
  if (!for_person_) return {};
  log_path_ = log_beside(journal);
  if (is_foreign(log_path_)) {
    return fail(ErrorCode::Io, "is no log of deliveries; give another --journal, or --json",
                log_path_);
  }
  auto log = cli::Output::append(log_path_);
  if (!log) return tl::unexpected<Error>(log.error());
  log_ = std::move(*log);
  log_->end_cut_line();
  return {};
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
