#include "file_source.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "harvest/csv.h"
#include "harvest/foreign_file.h"
#include "harvest/lines.h"
#include "harvest/sniff.h"

using namespace hagaki;

namespace {

constexpr std::size_t kEnough = 4096;  // to tell a kind by, where no line ends before

/// The bytes a file begins with: a line at least. Empty at its end and on failure.
std::string read_head(std::istream& in) {
  std::string head;
  std::vector<char> chunk;
  do {
    const auto bytes = read_chunk(in, chunk);
    if (bytes.empty()) break;
    head += bytes;
  } while (head.size() < kEnough && head.find('\n') == std::string::npos);
  return head;
}

/// The next line that is not blank, as far as the bytes at hand go.
std::string next_text(harvest::LineReader& lines) {
  harvest::TextLine line;
  while (lines.next(line)) {
    if (!trim(line.text).empty()) return std::move(line.text);
  }
  return {};
}

std::unique_ptr<ListReader> list_of(harvest::Kind kind, const ListFile& file, char delimiter) {
  using harvest::Kind;
  switch (kind) {
    case Kind::Csv:
      return csv_list(file, delimiter);
    case Kind::JsonLines:
      return json_list(file);
    case Kind::Text:
      return text_list(file);
    case Kind::Xlsx:
      return xlsx_list(file);
    case Kind::Vcard:
      return vcard_list(file);
    case Kind::Ldif:
      return ldif_list(file);
    case Kind::Mail:
      return mail_list(file);
    case Kind::Html:
      return html_list(file);
  }
  return nullptr;
}

}  // namespace

FileSource::FileSource(cli::Input input, const Settings& settings)
    : input_(std::move(input)), settings_(settings) {}

Result<void> FileSource::open() {
  const auto bytes = read_head(*input_.stream);
  if (input_.stream->bad()) return fail(ErrorCode::Io, "reading failed", input_.name);
  const std::string_view head = std::string_view(bytes).substr(0, kEnough);
  // Text of two octets a character is full of NULs, which only who names its encoding can excuse.
  const bool wide = ascii_istarts_with(settings_.encoding, "utf-16") ||
                    ascii_istarts_with(settings_.encoding, "utf-32") ||
                    ascii_istarts_with(settings_.encoding, "ucs");
  if (!wide) {
    if (auto foreign = harvest::foreign_file(bytes, input_.name)) {
      return fail(ErrorCode::Syntax, std::move(*foreign), input_.name);
    }
  }

  // A copy is looked at with no more to come, so that a file of one line without end is seen too.
  harvest::LineReader look(settings_.encoding);
  look.feed(bytes);
  look.finish();
  const auto first = next_text(look);
  const auto second = next_text(look);
  auto kind = harvest::sniff_content(head, input_.name)
                  .value_or(harvest::sniff_kind(input_.name, first, second, settings_.names));
  if (!settings_.map.empty() && kind == harvest::Kind::Text) kind = harvest::Kind::Csv;
  if (const auto named = harvest::kind_of_name(settings_.format)) {
    if (harvest::is_zip(head) != (*named == harvest::Kind::Xlsx)) {
      return fail(ErrorCode::Syntax, "is no file of the format " + settings_.format, input_.name);
    }
    kind = *named;
  }
  const char delimiter =
      ascii_iends_with(input_.name, ".tsv") ? '\t' : harvest::detect_delimiter(first);
  reader_ = list_of(kind, {input_, settings_, bytes}, delimiter);
  return {};
}

Result<bool> FileSource::read(Batch& batch, std::size_t most) {
  if (!reader_) {
    if (auto ok = open(); !ok) return tl::unexpected(ok.error());
  }
  return reader_->read(batch, most);
}
