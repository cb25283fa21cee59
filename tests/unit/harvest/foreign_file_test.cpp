#include "harvest/foreign_file.h"

#include <doctest/doctest.h>

#include "zip_of.h"

namespace hagaki::harvest {

TEST_CASE("files that are no lists") {
  using std::literals::operator""s;
  const auto wide = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c + "\0"s;
    return out;
  };
  const std::string ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s + std::string(504, '\0');
  struct Case {
    const char* name;
    std::string head;
    const char* file;
    const char* want;  ///< what the message begins with; empty where it is none
  };
  const Case cases[] = {
      {"PDF", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a", "a PDF document"},
      {"a PDF that is all ASCII", "%PDF-1.4\n1 0 obj\n", "a.txt", "a PDF document"},
      {"PNG", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "a", "a picture"},
      {"JPEG", "\xff\xd8\xff\xe0\0\x10JFIF"s, "a", "a picture"},
      {"bitmap", "BM\x36\0\0\0"s, "a", "a picture"},
      {"text that begins as a bitmap", "BM会員,メール\n", "a", ""},
      {"gzip", "\x1f\x8b\x08\0\0"s, "list.csv.gz", "a compressed file"},
      {"zstd", "\x28\xb5\x2f\xfd\0"s, "a", "a compressed file"},
      {"text that begins as bzip2", "BZh,a@b.example\n", "a", ""},
      {"old Excel", ole + wide("Workbook"), "a", "an old Excel workbook"},
      {"old Excel by name", ole, "a.XLS", "an old Excel workbook"},
      {"Outlook message", ole + wide("__substg1.0_"), "a", "an Outlook message"},
      {"with a password", ole + wide("EncryptedPackage"), "a.xlsx", "an Office file that is prot"},
      {"old Office", ole, "a", "a file of an old Office program"},
      {"OpenDocument",
       "PK\3\4" + std::string(26, ' ') + "mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK",
       "a", "an OpenDocument spreadsheet"},
      {"a zip file is looked into", zip_of({{"a", "b"}}), "a", ""},
      {"Outlook data", "!BDN\0\0"s, "a", "an Outlook data file"},
      {"SQLite", "SQLite format 3\0\x10"s, "a", "an SQLite database"},
      {"Access", "\0\1\0\0Standard ACE DB\0"s, "a", "an Access database"},
      {"RTF", "{\\rtf1\\ansi", "a", "an RTF document"},
      {"anything with NULs", "a\0b\0\0c"s, "a", "no text"},
      {"control characters", "\1\2\3\4\5abc", "a", "no text"},
      {"empty", "", "a", ""},
      {"ASCII", "email\na@b.example\n", "a", ""},
      {"CP932", "\x8e\x52\x93\x63,a@b.example\n", "a", ""},
      {"ISO-2022-JP", "\x1b$B;3ED\x1b(B,a@b.example\n", "a", ""},
      {"UTF-16", "\xff\xfe" + wide("email\n"), "a", ""},
      {"UTF-16 without mark", wide("email,name\na@b.example,x\n"), "a", ""},
      {"the end mark of CP/M", "email\na@b.example\n\x1a", "a", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = foreign_file(c.head, c.file);
    CAPTURE(got.value_or(""));
    CHECK(got.has_value() == !std::string(c.want).empty());
    CHECK(got.value_or("").starts_with(c.want));
  }
}

}  // namespace hagaki::harvest
