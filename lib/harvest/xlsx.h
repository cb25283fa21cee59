#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "harvest/xlsx_parts.h"

namespace hagaki::harvest {

/// A row of a sheet that has something in it.
struct SheetRow {
  std::uint64_t number = 0;  ///< as the sheet counts, from 1
  /// Cells that hold something: column from 0, and what a person sees there. In order of columns.
  std::vector<std::pair<std::size_t, std::string>> cells;
  std::vector<std::string> errors;  ///< cells that hold an error value ("C5 is #N/A"): left out
  std::string wrong;                ///< why the row cannot be used; empty when it can
};

/// The rows of one sheet from its XML, piece by piece: shared, inline and formula strings, numbers
/// and dates by their formats, TRUE and FALSE. A formula gives the value that was stored with it.
class SheetReader {
 public:
  static constexpr std::size_t kColumns = 16'384;  ///< A to XFD
  static constexpr std::uint64_t kRows = 1'048'576;

  /// All must outlive this.
  SheetReader(const SharedStrings& strings, const std::vector<NumberFormat>& formats,
              bool from_1904);
  ~SheetReader();
  SheetReader(const SheetReader&) = delete;
  SheetReader& operator=(const SheetReader&) = delete;

  /// The next piece of the XML; empty at its end. Error::Syntax where it is broken or a cell stands
  /// outside of every sheet, Error::Limit where a cell is larger than a record may be.
  Result<void> feed(std::string_view xml);
  /// The next row of what was fed; false when there is none yet.
  bool next(SheetRow& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a workbook that is in memory: one sheet at a time, row by row. What is unpacked at a time
/// is a piece of the sheet; the shared strings are kept.
class XlsxReader {
 public:
  /// Error::Syntax where it is damaged, Error::Unsupported where it is encrypted or no .xlsx,
  /// Error::Limit where it is a bomb.
  static Result<std::unique_ptr<XlsxReader>> open(std::string bytes);

  [[nodiscard]] const std::vector<XlsxSheet>& sheets() const { return book_.sheets; }

  /// Begins with the sheet `index`.
  Result<void> begin(std::size_t index);
  /// Its next row; false at its end.
  Result<bool> next(SheetRow& row);

 private:
  XlsxReader() = default;
  std::string bytes_;
  ZipFile zip_;
  XlsxWorkbook book_;
  SharedStrings strings_;
  std::vector<NumberFormat> formats_;
  ZipFile::Member member_;
  std::unique_ptr<SheetReader> sheet_;
  bool ended_ = false;
};

}  // namespace hagaki::harvest
