#include "harvest/foreign_file.h"

#include <algorithm>

#include "base/text.h"
#include "harvest/encoding.h"

namespace hagaki::harvest {
namespace {

using std::literals::operator""sv;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  std::string_view message;
};

constexpr std::string_view kPicture =
    "a picture; addresses in it must be read by a person or by text recognition";
constexpr std::string_view kPacked = "a compressed file; unpack it first";
constexpr std::string_view kMedia = "sound or video, in which there is no list";

constexpr Magic kMagics[] = {
    {0, "%PDF-"sv, "a PDF document; save its text as a plain text file (pdftotext does)"},
    {0, "\x89PNG\r\n\x1a\n"sv, kPicture},
    {0, "\xff\xd8\xff"sv, kPicture},
    {0, "GIF8"sv, kPicture},
    {0, "II*\0"sv, kPicture},
    {0, "MM\0*"sv, kPicture},
    {8, "WEBP"sv, kPicture},
    {4, "ftypheic"sv, kPicture},
    {0, "BM"sv, {}},  // with a zero in its head: see below
    {0, "\x1f\x8b"sv, kPacked},
    {0, "BZh"sv, {}},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     kPacked},
    {0, "\x28\xb5\x2f\xfd"sv, kPacked},
    {0, "7z\xbc\xaf\x27\x1c"sv, kPacked},
    {0, "Rar!\x1a\x07"sv, kPacked},
    {257, "ustar"sv, kPacked},
    {0, "SQLite format 3\0"sv, "an SQLite database; export the table as CSV"},
    {4, "Standard Jet DB"sv, "an Access database; export the table as CSV"},
    {4, "Standard ACE DB"sv, "an Access database; export the table as CSV"},
    {0, "!BDN"sv, "an Outlook data file (.pst); export the contacts as CSV from Outlook"},
    {0,
     "\x7f"
     "ELF"sv,
     "a program"},
    {0, "MZ\x90\0"sv, "a program"},
    {4, "ftyp"sv, kMedia},
    {0, "ID3"sv, kMedia},
    {0, "RIFF"sv, kMedia},
    {0, "OggS"sv, kMedia},
    {0, "{\\rtf"sv, "an RTF document; save its text as a plain text file"},
};

bool has_wide(std::string_view head, std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) {
    wide += c;
    wide += '\0';
  }
  return head.find(wide) != std::string_view::npos;
}

/// The compound file that Office wrote before 2007, and still does around what is encrypted.
std::string_view compound_file(std::string_view head, std::string_view name) {
  if (has_wide(head, "EncryptedPackage")) {
    return "an Office file that is protected by a password; save it without one";
  }
  if (has_wide(head, "__substg1.0_") || ascii_iends_with(name, ".msg")) {
    return "an Outlook message (.msg); save it as .eml or text";
  }
  if (ascii_iends_with(name, ".xls") || has_wide(head, "Workbook")) {
    return "an old Excel workbook (.xls); save it as .xlsx or CSV";
  }
  if (ascii_iends_with(name, ".xlsx") || ascii_iends_with(name, ".xlsm")) {
    return "an Excel workbook that is protected by a password, or an old one; save it as .xlsx "
           "without one";
  }
  return "a file of an old Office program (.xls, .doc, .msg); save it as .xlsx, text or CSV";
}

/// Whether bytes are no text in any encoding: NULs outside of UTF-16, or many control characters.
bool is_binary(std::string_view head) {
  if (detect_encoding(head).starts_with("utf-16")) return false;
  if (head.find('\0') != std::string_view::npos) return true;
  const auto controls = std::count_if(head.begin(), head.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && !is_white(c) && c != '\f' && c != '\x1b' &&
            c != '\v' && c != '\x1a') ||
           c == '\x7f';
  });
  return static_cast<std::size_t>(controls) * 20 > head.size();
}

}  // namespace

bool is_zip(std::string_view head) {
  return head.starts_with("PK\3\4"sv) || head.starts_with("PK\5\6"sv);
}

std::optional<std::string> foreign_file(std::string_view head, std::string_view file_name) {
  if (is_zip(head)) {
    // ODF names itself in its first member, which is not compressed.
    constexpr std::string_view kOdf = "mimetypeapplication/vnd.oasis.opendocument.";
    if (head.size() < 30 || !head.substr(30).starts_with(kOdf)) return std::nullopt;
    const bool sheet = head.substr(30 + kOdf.size()).starts_with("spreadsheet");
    return sheet ? "an OpenDocument spreadsheet (.ods); save it as .xlsx or CSV"
                 : "an OpenDocument file; save its text as a plain text file";
  }
  if (head.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv)) {
    return std::string(compound_file(head, file_name));
  }
  const bool binary = is_binary(head);
  for (const auto& magic : kMagics) {
    if (head.size() < magic.at || !head.substr(magic.at).starts_with(magic.bytes)) continue;
    if (!magic.message.empty() && (binary || magic.at == 0)) return std::string(magic.message);
    if (binary) return std::string(magic.bytes == "BM" ? kPicture : kPacked);
  }
  if (binary) return "no text and no kind of file that is known; export it as CSV";
  return std::nullopt;
}

}  // namespace hagaki::harvest
