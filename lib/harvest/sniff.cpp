#include "harvest/sniff.h"

#include <string>
#include <utility>

#include "address/address.h"
#include "base/text.h"
#include "harvest/csv.h"
#include "harvest/encoding.h"
#include "harvest/foreign_file.h"
#include "mime/lines.h"
#include "mime/mbox.h"

namespace hagaki::harvest {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Csv:
      return "csv";
    case Kind::JsonLines:
      return "jsonl";
    case Kind::Text:
      return "text";
    case Kind::Xlsx:
      return "xlsx";
    case Kind::Vcard:
      return "vcard";
    case Kind::Ldif:
      return "ldif";
    case Kind::Mail:
      return "mail";
    case Kind::Html:
      return "html";
  }
  return "text";
}

std::optional<Kind> kind_of_name(std::string_view name) {
  for (const auto kind : {Kind::Csv, Kind::JsonLines, Kind::Text, Kind::Xlsx, Kind::Vcard,
                          Kind::Ldif, Kind::Mail, Kind::Html}) {
    if (kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

namespace {

struct Row {
  std::size_t fields = 0;
  std::size_t addresses = 0;  ///< fields that are one address and nothing else
  bool email_header = false;
  bool open = false;  ///< the last field is quoted and goes on in the next line
};

Row look_at(std::string_view line, char delimiter, const ColumnNames& names) {
  Row row;
  const auto take = [&](std::string_view field) {
    field = trim(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
      field = field.substr(1, field.size() - 2);
    }
    ++row.fields;
    row.email_header = row.email_header || names.field(field) == "email";
    if (field.find('@') != std::string_view::npos && Address::parse(field)) ++row.addresses;
  };
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') row.open = !row.open;
    if (i < line.size() && (row.open || line[i] != delimiter)) continue;
    take(line.substr(begin, i - begin));
    begin = i + 1;
  }
  return row;
}

/// `head` without UTF-16, byte order mark and white space in front.
std::string plain_start(std::string_view head) {
  std::string text(head);
  if (const auto encoding = detect_encoding(head); encoding.starts_with("utf-16")) {
    text.clear();
    Utf16Reader(encoding == "utf-16be").read(head, text);
  }
  std::string_view view = text;
  if (view.starts_with("\xef\xbb\xbf")) view.remove_prefix(3);
  while (!view.empty() && is_white(view.front())) view.remove_prefix(1);
  return std::string(view);
}

/// Whether `text` begins as the header of a mail: fields, of which two are such as mails have.
bool is_mail_header(std::string_view text) {
  constexpr std::string_view kFields[] = {"from",
                                          "to",
                                          "subject",
                                          "date",
                                          "message-id",
                                          "received",
                                          "return-path",
                                          "mime-version",
                                          "delivered-to",
                                          "x-original-to",
                                          "dkim-signature",
                                          "content-type",
                                          "reply-to",
                                          "cc",
                                          "x-mozilla-status",
                                          "authentication-results",
                                          "arc-seal",
                                          "x-gm-thrid",
                                          "sender"};
  int known = 0;
  mime::Lines lines(text, mime::line_ends_of(text));
  std::string_view line;
  while (known < 2 && lines.next(line) && !line.empty()) {
    if (is_blank(line.front())) continue;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto name = line.substr(0, colon);
    if (name.find_first_of(" \t\",;<>") != std::string_view::npos || !is_ascii(name)) return false;
    for (const auto field : kFields) known += ascii_iequals(name, field) ? 1 : 0;
  }
  return known >= 2;
}

bool is_ldif(std::string_view text) {
  mime::Lines lines(text, mime::line_ends_of(text));
  std::string_view line;
  while (lines.next(line)) {
    if (line.empty() || line.starts_with('#') || line.starts_with(' ')) continue;
    if (ascii_istarts_with(line, "version:")) {
      return trim(line.substr(8)) == "1";
    }
    return ascii_istarts_with(line, "dn:");
  }
  return false;
}

bool is_html(std::string_view text) {
  if (ascii_istarts_with(text, "<?xml")) {
    return ascii_ifind(text, "<html") != std::string_view::npos;
  }
  for (const std::string_view begin : {"<!doctype html", "<html", "<head", "<body", "<!--", "<meta",
                                       "<title", "<div", "<table", "<p>", "<a href", "<script"}) {
    if (ascii_istarts_with(text, begin)) return true;
  }
  return false;
}

}  // namespace

std::optional<Kind> sniff_content(std::string_view head, std::string_view file_name) {
  if (is_zip(head)) return Kind::Xlsx;
  const std::string text = plain_start(head);
  if (ascii_istarts_with(text, "BEGIN:VCARD")) return Kind::Vcard;
  if (is_html(text)) return Kind::Html;
  const auto first = std::string_view(text).substr(0, text.find_first_of("\r\n"));
  if (mime::is_mbox_separator(first) || is_mail_header(text)) return Kind::Mail;
  if (is_ldif(text)) return Kind::Ldif;
  constexpr std::pair<std::string_view, Kind> kEnds[] = {
      {".eml", Kind::Mail},  {".mbox", Kind::Mail}, {".vcf", Kind::Vcard}, {".vcard", Kind::Vcard},
      {".ldif", Kind::Ldif}, {".html", Kind::Html}, {".htm", Kind::Html},  {".xhtml", Kind::Html}};
  for (const auto& [end, kind] : kEnds) {
    if (ascii_iends_with(file_name, end)) return kind;
  }
  return std::nullopt;
}

Kind sniff_kind(std::string_view file_name, std::string_view first, std::string_view second,
                const ColumnNames& names) {
  for (const std::string_view end : {".csv", ".tsv"}) {
    if (ascii_iends_with(file_name, end)) return Kind::Csv;
  }
  for (const std::string_view end : {".jsonl", ".ndjson"}) {
    if (ascii_iends_with(file_name, end)) return Kind::JsonLines;
  }
  if (trim(first).starts_with('{')) return Kind::JsonLines;
  if (ascii_istarts_with(first, "sep=")) return Kind::Csv;  // Excel's note to itself

  const char delimiter = detect_delimiter(first);
  const auto a = look_at(first, delimiter, names);
  const auto b = look_at(second, delimiter, names);
  // A list of nothing but addresses is text, one a line or many; so is a sentence with commas.
  const bool same = a.fields == b.fields || (b.open && b.fields <= a.fields);
  // Of several columns whose names say that one holds addresses there is no doubt, whatever
  // follows.
  const bool header = a.email_header && (second.empty() || same || a.fields > 1);
  const bool record = a.fields > 1 && a.addresses == 1;
  const bool under_a_header = a.fields > 1 && same && b.addresses == 1;
  return header || record || under_a_header ? Kind::Csv : Kind::Text;
}

}  // namespace hagaki::harvest
