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

namespace {

struct Row {
  std::size_t fields = 0;
  std::size_t addresses = 0;  ///< fields that are one address and nothing else
  bool email_header = false;
};

Row look_at(std::string_view line, char delimiter, const ColumnNames& names) {
  Row row;
  for (auto field : split(line, delimiter)) {
    field = trim(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    ++row.fields;
    row.email_header = row.email_header || names.field(field) == "email";
    if (field.find('@') != std::string_view::npos && Address::parse(field)) ++row.addresses;
  }
  return row;
}

}  // namespace

Kind sniff_kind(std::string_view file_name, std::string_view first, std::string_view second,
                const ColumnNames& names) {
  for (const std::string_view end : {".csv", ".tsv"}) {
    if (ascii_iends_with(file_name, end)) return Kind::Csv;
  }
  for (const std::string_view end : {".jsonl", ".ndjson"}) {
    if (ascii_iends_with(file_name, end)) return Kind::JsonLines;
  }
  if (trim(first).starts_with('{')) return Kind::JsonLines;

  const char delimiter = detect_delimiter(first);
  const auto a = look_at(first, delimiter, names);
  const auto b = look_at(second, delimiter, names);
  // A list of nothing but addresses is text, one a line or many; so is a sentence with commas.
  const bool header = a.email_header && (second.empty() || a.fields == b.fields);
  const bool record = a.fields > 1 && a.addresses == 1;
  const bool under_a_header = a.fields > 1 && a.fields == b.fields && b.addresses == 1;
  return header || record || under_a_header ? Kind::Csv : Kind::Text;
}

}  // namespace hagaki::harvest
