#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harvest/cell_format.h"
#include "harvest/zip_file.h"

// The parts of an .xlsx workbook beside its sheets (ECMA-376 part 1, §18; the strict form too).
namespace hagaki::harvest {

/// A sheet as the workbook lists it.
struct XlsxSheet {
  std::string name;
  std::string part;  ///< the member of the zip file; empty where it is no sheet of cells
  bool hidden = false;
};

struct XlsxWorkbook {
  std::vector<XlsxSheet> sheets;  ///< in the order of their tabs
  bool from_1904 = false;         ///< day 0 is 1904-01-01
  std::string strings_part;       ///< empty where there is none
  std::string styles_part;        ///< empty where there is none
};

/// Error::Unsupported where the zip file holds no .xlsx workbook, says what it holds then.
Result<XlsxWorkbook> read_workbook(ZipFile& zip);

/// The texts that cells point to. At most kMostStrings of kMostOctets together.
class SharedStrings {
 public:
  static constexpr std::size_t kMostStrings = 16u << 20;
  static constexpr std::size_t kMostOctets = 256u << 20;

  /// Reads the part. Of rich text the runs; the readings of kanji (<rPh>) are left out.
  static Result<SharedStrings> read(ZipFile& zip, const std::string& part);

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  /// The text at `index`, less than size().
  [[nodiscard]] std::string_view at(std::size_t index) const;

 private:
  friend class SharedStringsListener;
  std::string texts_;
  std::vector<std::uint32_t> ends_;
};

/// The number format of each cell style (cellXfs), by index.
Result<std::vector<NumberFormat>> read_styles(ZipFile& zip, const std::string& part);

/// Text of a cell with its escapes undone: "_x000D_" is a CR (ECMA-376 part 1, §22.9.2.19).
std::string unescape_cell(std::string_view text);

}  // namespace hagaki::harvest
