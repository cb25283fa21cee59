#include "harvest/sniff.h"

#include "address/address.h"
#include "base/text.h"
#include "harvest/csv.h"

namespace hagaki::harvest {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Csv:
      return "csv";
    case Kind::JsonLines:
      return "jsonl";
    case Kind::Text:
      return "text";
  }
  return "text";
}

Kind sniff_kind(std::string_view file_name, std::string_view first_line, const ColumnNames& names) {
  for (const std::string_view end : {".csv", ".tsv"}) {
    if (ascii_iends_with(file_name, end)) return Kind::Csv;
  }
  for (const std::string_view end : {".jsonl", ".ndjson"}) {
    if (ascii_iends_with(file_name, end)) return Kind::JsonLines;
  }
  if (trim(first_line).starts_with('{')) return Kind::JsonLines;

  const char delimiter = detect_delimiter(first_line);
  const auto fields = split(first_line, delimiter);
  bool header = false;
  std::size_t addresses = 0;
  for (auto field : fields) {
    field = trim(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    header = header || names.field(field) == "email";
    if (field.find('@') != std::string_view::npos && Address::parse(field)) ++addresses;
  }
  // A list of nothing but addresses is text, one a line or many.
  if (header || (fields.size() > 1 && addresses == 1)) return Kind::Csv;
  return Kind::Text;
}

}  // namespace hagaki::harvest
