#include "harvest/xlsx.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "harvest/xml_events.h"

namespace hagaki::harvest {
namespace {

/// A cell as the XML has it. Shared strings are looked up when the row is handed out, so that rows
/// in waiting are no larger than their XML.
struct RawCell {
  enum class Kind { Number, Shared, Text, Boolean, Error };
  std::size_t column = 0;
  Kind kind = Kind::Number;
  std::size_t style = 0;
  std::string value;
};

struct RawRow {
  std::uint64_t number = 0;
  std::vector<RawCell> cells;
};

struct CellPlace {
  std::size_t column;
  std::uint64_t row;
};

/// "C5": column 2, row 5. Nothing where no sheet has such a cell.
std::optional<CellPlace> cell_place(std::string_view ref) {
  std::size_t column = 0;
  std::size_t at = 0;
  while (at < ref.size() && at < 4 && is_upper(ref[at])) {
    column = column * 26 + static_cast<std::size_t>(ref[at++] - 'A') + 1;
  }
  const auto row = parse_unsigned(ref.substr(at), SheetReader::kRows);
  if (column == 0 || column > SheetReader::kColumns || !row || *row == 0) return std::nullopt;
  return CellPlace{column - 1, *row};
}

std::string column_name(std::size_t column) {
  std::string out;
  for (++column; column > 0; column = (column - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return out;
}

RawCell::Kind kind_of(std::string_view type) {
  if (type == "s") return RawCell::Kind::Shared;
  if (type == "b") return RawCell::Kind::Boolean;
  if (type == "e") return RawCell::Kind::Error;
  // "str" is a formula's text, "d" a date in ISO 8601.
  if (type == "inlineStr" || type == "str" || type == "d") return RawCell::Kind::Text;
  return RawCell::Kind::Number;
}

}  // namespace

struct SheetReader::State : XmlListener {
  State(const SharedStrings& s, const std::vector<NumberFormat>& f, bool from_1904)
      : strings(s), formats(f), mac(from_1904), reader(*this) {}

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "row") {
      const auto given = attributes.get("r");
      const auto number = given.empty() ? std::optional<unsigned long long>(last_row + 1)
                                        : parse_unsigned(given, kRows);
      if (!number || *number == 0 || *number > kRows)
        return break_off("no such row: " + std::string(given));
      row = RawRow{*number, {}};
      last_row = *number;
      next_column = 0;
    } else if (name == "c" && row) {
      start_cell(attributes);
    } else if (name == "v" || name == "t") {
      taking = cell && readings == 0;
    } else if (name == "rPh") {
      ++readings;
    }
  }

  void start_cell(const XmlAttributes& attributes) {
    const auto ref = attributes.get("r");
    std::size_t column = next_column;
    if (!ref.empty()) {
      const auto place = cell_place(ref);
      if (!place) return break_off("no such cell: " + std::string(utf8_prefix(ref, 100)));
      column = place->column;
    }
    if (column >= kColumns) return break_off("a row has more cells than a sheet can have");
    cell =
        RawCell{column,
                kind_of(attributes.get("t")),
                static_cast<std::size_t>(parse_unsigned(attributes.get("s"), 1u << 30).value_or(0)),
                {}};
    next_column = column + 1;
  }

  void end(std::string_view name) override {
    if (name == "v" || name == "t") {
      taking = false;
    } else if (name == "rPh") {
      --readings;
    } else if (name == "c" && cell && row) {
      if (!cell->value.empty()) row->cells.push_back(std::move(*cell));
      cell.reset();
    } else if (name == "row" && row) {
      if (!row->cells.empty()) rows.push_back(std::move(*row));
      row.reset();
      row_octets = 0;
    }
  }

  void text(std::string_view piece) override {
    if (!taking || !cell) return;
    row_octets += piece.size();
    if (row_octets > limits::kRecordLine) {
      code = ErrorCode::Limit;
      why = "row " + std::to_string(last_row) + " is longer than 1 MiB";
      return;
    }
    cell->value += piece;
  }

  [[nodiscard]] Result<void> verdict() const override {
    if (!why.empty()) return fail(code, why);
    return {};
  }

  void break_off(std::string message) {
    if (why.empty()) why = std::move(message);
  }

  /// What a person sees in the cell. Nothing where it is an error value.
  [[nodiscard]] std::optional<std::string> shown(const RawCell& raw) const {
    switch (raw.kind) {
      case RawCell::Kind::Shared: {
        const auto index = parse_unsigned(trim(raw.value), SharedStrings::kMostStrings);
        if (!index || *index >= strings.size()) return std::nullopt;
        return std::string(strings.at(static_cast<std::size_t>(*index)));
      }
      case RawCell::Kind::Text:
        return unescape_cell(raw.value);
      case RawCell::Kind::Boolean:
        return trim(raw.value) == "1" || trim(raw.value) == "true" ? "TRUE" : "FALSE";
      case RawCell::Kind::Error:
        return std::nullopt;
      case RawCell::Kind::Number:
        return cell_number(raw.value,
                           raw.style < formats.size() ? formats[raw.style] : NumberFormat{}, mac);
    }
    return std::nullopt;
  }

  const SharedStrings& strings;
  const std::vector<NumberFormat>& formats;
  bool mac;
  std::deque<RawRow> rows;
  std::optional<RawRow> row;
  std::optional<RawCell> cell;
  std::uint64_t last_row = 0;
  std::size_t next_column = 0;
  std::size_t row_octets = 0;
  bool taking = false;
  int readings = 0;
  ErrorCode code = ErrorCode::Syntax;
  std::string why;
  XmlReader reader;
};

SheetReader::SheetReader(const SharedStrings& strings, const std::vector<NumberFormat>& formats,
                         bool from_1904)
    : state_(std::make_unique<State>(strings, formats, from_1904)) {}

SheetReader::~SheetReader() = default;

Result<void> SheetReader::feed(std::string_view xml) {
  return state_->reader.feed(xml, xml.empty());
}

bool SheetReader::next(SheetRow& row) {
  auto& rows = state_->rows;
  if (rows.empty()) return false;
  const RawRow raw = std::move(rows.front());
  rows.pop_front();
  row.number = raw.number;
  row.cells.clear();
  row.errors.clear();
  row.wrong.clear();
  std::size_t octets = 0;
  for (const auto& cell : raw.cells) {
    auto text = state_->shown(cell);
    if (!text) {
      const bool shared = cell.kind == RawCell::Kind::Shared;
      row.errors.push_back(
          column_name(cell.column) + std::to_string(raw.number) + " is " +
          (shared ? "a text that the workbook lacks" : std::string(utf8_prefix(cell.value, 50))));
      continue;
    }
    octets += text->size();
    if (octets > limits::kRecordLine) {
      row.cells.clear();
      row.wrong = "the row is longer than 1 MiB";
      return true;
    }
    if (!text->empty()) row.cells.emplace_back(cell.column, std::move(*text));
  }
  // Writers put cells in order; what is not can be told by nothing but the letters.
  std::sort(row.cells.begin(), row.cells.end());
  return true;
}

Result<std::unique_ptr<XlsxReader>> XlsxReader::open(std::string bytes) {
  std::unique_ptr<XlsxReader> out(new XlsxReader);
  out->bytes_ = std::move(bytes);
  auto zip = ZipFile::open(out->bytes_);
  if (!zip) return tl::unexpected(zip.error());
  out->zip_ = std::move(*zip);
  auto book = read_workbook(out->zip_);
  if (!book) return tl::unexpected(book.error());
  out->book_ = std::move(*book);
  const auto& parts = out->book_;
  if (!parts.strings_part.empty() && out->zip_.has(parts.strings_part)) {
    auto strings = SharedStrings::read(out->zip_, parts.strings_part);
    if (!strings) return tl::unexpected(strings.error());
    out->strings_ = std::move(*strings);
  }
  if (!parts.styles_part.empty() && out->zip_.has(parts.styles_part)) {
    auto formats = read_styles(out->zip_, parts.styles_part);
    if (!formats) return tl::unexpected(formats.error());
    out->formats_ = std::move(*formats);
  }
  return out;
}

Result<void> XlsxReader::begin(std::size_t index) {
  auto member = zip_.open_member(book_.sheets[index].part);
  if (!member) return tl::unexpected(member.error());
  member_ = std::move(*member);
  sheet_ = std::make_unique<SheetReader>(strings_, formats_, book_.from_1904);
  ended_ = false;
  return {};
}

Result<bool> XlsxReader::next(SheetRow& row) {
  while (!sheet_->next(row)) {
    if (ended_) return false;
    const auto piece = member_.read();
    if (!piece) return tl::unexpected(piece.error());
    ended_ = piece->empty();
    if (auto ok = sheet_->feed(*piece); !ok) return tl::unexpected(ok.error());
  }
  return true;
}

}  // namespace hagaki::harvest
