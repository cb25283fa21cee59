#include "harvest/xlsx.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "list_reader.h"

using namespace hagaki;

namespace {

constexpr std::size_t kMostPacked = 256u << 20;  // of the packed workbook

class XlsxList : public ListReader {
 public:
  explicit XlsxList(const ListFile& file)
      : input_(file.input), settings_(file.settings), ahead_(file.ahead) {}

  Result<bool> read(Batch& batch, std::size_t most) override {
    if (!book_) {
      if (auto ok = open(); !ok) return tl::unexpected(ok.error());
    }
    while (filled(batch) < most) {
      if (!in_sheet_ && !next_sheet(batch)) {
        if (unmapped_ && !planned_) return tl::unexpected(*unmapped_);
        return false;
      }
      const auto more = book_->next(row_);
      if (!more) {
        // What is damaged in one sheet says nothing of the others; a bomb ends it all.
        problem(batch, sheet_place(), more.error().message);
        in_sheet_ = false;
        if (more.error().code == ErrorCode::Limit) return false;
      } else if (!*more) {
        end_sheet(batch);
      } else {
        take_row(batch);
      }
    }
    return true;
  }

 private:
  Result<void> open() {
    auto bytes = read_all({input_, settings_, ahead_}, kMostPacked);
    ahead_.clear();
    if (!bytes) return tl::unexpected(bytes.error());
    auto book = harvest::XlsxReader::open(std::move(*bytes));
    if (!book) return fail(ErrorCode::Syntax, book.error().message, input_.name);
    book_ = std::move(*book);
    return {};
  }

  [[nodiscard]] std::string sheet_place() const {
    return input_.name + ':' + book_->sheets()[sheet_].name;
  }
  [[nodiscard]] std::string row_place() const { return place(sheet_place(), row_.number); }

  void problem(Batch& batch, const std::string& where, std::string message) {
    ++found_;
    batch.problems.push_back({ErrorCode::Syntax, std::move(message), where});
  }

  /// Begins with the next sheet that is shown; false when there is none.
  bool next_sheet(Batch& batch) {
    for (; next_ < book_->sheets().size(); ++next_) {
      sheet_ = next_;
      const auto& sheet = book_->sheets()[sheet_];
      if (sheet.part.empty()) continue;  // a chart
      if (sheet.hidden) {
        batch.notes.push_back(sheet_place() + ": hidden, passed over");
        continue;
      }
      if (const auto ok = book_->begin(sheet_); !ok) {
        problem(batch, sheet_place(), ok.error().message);
        continue;
      }
      ++next_;
      mapper_.reset();
      headers_seen_ = 0;
      has_header_ = false;
      unplanned_.reset();
      in_sheet_ = true;
      return true;
    }
    if (found_ == 0) batch.notes.push_back(input_.name + ": no address found");
    return false;
  }

  void end_sheet(Batch& batch) {
    in_sheet_ = false;
    if (!mapper_ && headers_seen_ > 0) {
      batch.notes.push_back(sheet_place() + ": no column of mail addresses, passed over");
    }
  }

  /// The row with its gaps; true when it holds something.
  bool lay_out() {
    record_.fields.clear();
    record_.wrong.clear();
    record_.line = row_.number;
    bool any = false;
    for (auto& [column, text] : row_.cells) {
      if (trim(text).empty()) continue;
      any = true;
      record_.fields.resize(std::max(record_.fields.size(), column + 1));
      record_.fields[column] = std::move(text);
    }
    return any;
  }

  void take_row(Batch& batch) {
    if (!row_.wrong.empty()) {
      problem(batch, row_place(), row_.wrong);
      return;
    }
    const auto cells = row_.cells.size();
    if (!lay_out()) return;
    if (!mapper_ && !plan(batch, cells)) return;
    for (auto& error : row_.errors) problem(batch, row_place(), std::move(error));
    auto recipient = mapper_->map(record_);
    if (!recipient) {
      problem(batch, row_place(), recipient.error().message);
      return;
    }
    for (auto& complaint : recipient->complaints) {
      problem(batch, row_place(), std::move(complaint));
    }
    ++found_;
    batch.rows.push_back(row_of(*recipient, row_place(), settings_));
  }

  void use(harvest::ColumnPlan plan) {
    mapper_.emplace(std::move(plan), settings_.consent);
    planned_ = true;
  }

  /// Leaves out a sheet that has addresses and no plan. What --map names may stand in another one.
  bool pass_over(Batch& batch, const Error& error) {
    if (error.code == ErrorCode::Config) unmapped_ = error;
    problem(batch, sheet_place(),
            error.context.empty() ? error.message : error.context + ": " + error.message);
    in_sheet_ = false;
    return false;
  }

  /// Looks for the header, which titles and blank rows may stand above. True when the row at hand
  /// is data and can be mapped.
  bool plan(Batch& batch, std::size_t cells) {
    if (!harvest::is_data_row(record_.fields)) {
      auto plan = harvest::plan_columns(record_.fields, settings_.names, settings_.map);
      if (plan) {
        use(std::move(*plan));
      } else {
        // A row of one cell is a title.
        if (cells > 1 || headers_seen_ == 0) unplanned_ = plan.error();
        if (cells > 1) has_header_ = true;
        ++headers_seen_;
      }
      return false;
    }
    if (headers_seen_ > 0 && std::exchange(has_header_, false)) {
      return pass_over(batch, *unplanned_);
    }
    auto plan = harvest::plan_without_header(record_.fields, settings_.map);
    if (!plan) {
      return pass_over(batch, plan.error());
    }
    use(std::move(*plan));
    batch.notes.push_back(sheet_place() + ": no header row");
    return true;
  }

  cli::Input& input_;
  const Settings& settings_;
  std::string ahead_;
  std::unique_ptr<harvest::XlsxReader> book_;
  std::size_t next_ = 0;
  std::size_t sheet_ = 0;
  bool in_sheet_ = false;
  bool has_header_ = false;
  std::size_t headers_seen_ = 0;
  std::optional<Error> unplanned_;  ///< why the last row that could be a header is none
  std::optional<Error> unmapped_;   ///< --map names no column of a sheet
  bool planned_ = false;            ///< some sheet was read
  std::optional<harvest::RowMapper> mapper_;
  harvest::SheetRow row_;
  harvest::CsvRecord record_;
  std::uint64_t found_ = 0;
};

}  // namespace

std::unique_ptr<ListReader> xlsx_list(const ListFile& file) {
  return std::make_unique<XlsxList>(file);
}
