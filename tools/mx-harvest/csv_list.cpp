#include <optional>
#include <utility>

#include "harvest/csv.h"
#include "line_list.h"

using namespace hagaki;

namespace {

class CsvList : public LineList {
 public:
  CsvList(const ListFile& file, char delimiter) : LineList(file), csv_(lines_, delimiter) {}

 protected:
  void finish() override { csv_.finish(); }

  Result<void> drain(Batch& batch, std::size_t most) override {
    while (filled(batch) < most && csv_.next(record_)) {
      if (!record_.wrong.empty()) {
        problem(batch, record_.line, record_.wrong);
        continue;
      }
      if (!mapper_) {
        // Excel's note to itself about the delimiter, "sep=;", is no header.
        if (record_.line == 1 && record_.fields.size() == 2 && record_.fields[0] == "sep=")
          continue;
        const bool data = harvest::is_data_row(record_.fields);
        auto plan = data ? harvest::plan_without_header(record_.fields, settings_.map)
                         : harvest::plan_columns(record_.fields, settings_.names, settings_.map);
        if (!plan) {
          auto error = plan.error();
          if (error.context.empty()) error.context = place(name(), record_.line);
          return tl::unexpected(error);
        }
        mapper_.emplace(std::move(*plan), settings_.consent);
        if (!data) continue;
        batch.notes.push_back(name() + ": no header row");
      }
      auto recipient = mapper_->map(record_);
      if (!recipient) {
        problem(batch, record_.line, recipient.error().message);
        continue;
      }
      for (auto& complaint : recipient->complaints) {
        problem(batch, record_.line, std::move(complaint));
      }
      row(batch, *recipient, record_.line);
    }
    return {};
  }

 private:
  harvest::CsvReader csv_;
  harvest::CsvRecord record_;
  std::optional<harvest::RowMapper> mapper_;
};

}  // namespace

std::unique_ptr<ListReader> csv_list(const ListFile& file, char delimiter) {
  return std::make_unique<CsvList>(file, delimiter);
}
