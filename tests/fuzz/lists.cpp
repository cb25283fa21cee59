// What holds for every list that is read: see require() for each promise. The first byte chooses
// the reader, the second the size of the pieces it is given.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "check.h"
#include "harvest/foreign_file.h"
#include "harvest/ldif.h"
#include "harvest/sniff.h"
#include "harvest/vcard.h"
#include "harvest/xlsx.h"
#include "mime/mailboxes.h"

using namespace hagaki;

namespace {

const harvest::ColumnNames& names() {
  static const auto builtin = harvest::ColumnNames::builtin();
  return *builtin;
}

void check_recipient(const harvest::Recipient& recipient) {
  require(recipient.email.find('@') != std::string::npos, "a recipient has an address");
  require(recipient.email.find_first_of("\r\n") == std::string::npos, "an address is one line");
  require(is_utf8(recipient.email) && is_utf8(recipient.name), "what is read is UTF-8");
  for (const auto& [key, value] : recipient.fields) {
    require(!key.empty() && !value.empty(), "fields hold something");
    require(is_utf8(value), "fields are UTF-8");
  }
}

template <class Reader>
void check_contacts(std::string_view bytes, std::size_t step) {
  static const auto mapper = harvest::ContactMapper::create(names(), {}, {});
  harvest::LineReader lines;
  Reader reader(lines, "");
  harvest::Contact contact;
  std::size_t kept = 0;
  const auto drain = [&] {
    while (reader.next(contact)) {
      require(contact.line > 0, "a contact begins somewhere");
      for (const auto& value : contact.values) kept += value.text.size();
      const auto recipient = mapper->map(contact);
      if (recipient && *recipient) check_recipient(**recipient);
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    lines.feed(bytes.substr(at, step));
    drain();
  }
  lines.finish();
  reader.finish();
  drain();
  require(kept <= 4 * bytes.size() + 64, "contacts are no larger than their file");
}

void check_sheet(std::string_view bytes, std::size_t step) {
  static const harvest::SharedStrings none;
  static const std::vector<harvest::NumberFormat> formats = {
      {},
      harvest::builtin_number_format(14),
      harvest::builtin_number_format(22),
      harvest::read_number_format("[<=999]000;[<=9999]000-00;000-0000")};
  harvest::SheetReader sheet(none, formats, bytes.size() % 2 == 0);
  harvest::SheetRow row;
  const auto drain = [&] {
    while (sheet.next(row)) {
      require(row.number >= 1 && row.number <= harvest::SheetReader::kRows, "rows of a sheet");
      for (const auto& [column, text] : row.cells) {
        require(column < harvest::SheetReader::kColumns, "columns of a sheet");
        require(!text.empty() && is_utf8(text), "cells hold text");
      }
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (!sheet.feed(bytes.substr(at, step))) return drain();
    drain();
  }
  (void)sheet.feed({});
  drain();
}

void check_workbook(std::string_view bytes) {
  const auto book = harvest::XlsxReader::open(std::string(bytes));
  if (!book) return;
  harvest::SheetRow row;
  for (std::size_t i = 0; i < (*book)->sheets().size(); ++i) {
    if ((*book)->sheets()[i].part.empty() || !(*book)->begin(i)) continue;
    for (auto more = (*book)->next(row); more && *more; more = (*book)->next(row)) {
      require(row.wrong.empty() || row.cells.empty(), "a wrong row has no cells");
    }
  }
}

void check_sniffing(std::string_view bytes) {
  (void)harvest::foreign_file(bytes, "list");
  (void)harvest::sniff_content(bytes.substr(0, 4096), "list");
  for (const auto& mailbox : mime::mailboxes_of(bytes)) {
    const auto at = mailbox.address.rfind('@');
    require(at != std::string::npos && at > 0 && at + 1 < mailbox.address.size(),
            "a mailbox has both sides");
  }
  const auto number = harvest::read_number_format(bytes);
  (void)harvest::cell_number(bytes, number, false);
  (void)harvest::cell_number("45748.25", number, true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t step = std::max<std::size_t>(data[1], 1);
  switch (data[0] % 5) {
    case 0:
      check_contacts<harvest::VcardReader>(bytes, step);
      break;
    case 1:
      check_contacts<harvest::LdifReader>(bytes, step);
      break;
    case 2:
      check_sheet(bytes, step);
      break;
    case 3:
      check_workbook(bytes);
      break;
    default:
      check_sniffing(bytes);
  }
  return 0;
}
