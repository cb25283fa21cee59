#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mime/transfer_encoding.h"
#include "preflight/finding.h"

namespace hagaki::preflight {

/// "dkim-other-key? spf-fail": the ids of what is found, each once, with "?" behind what could not
/// be checked.
inline std::string ids(const std::vector<Finding>& findings) {
  std::set<std::string> sorted;
  for (const Finding& finding : findings) {
    sorted.insert(std::string(finding.id.text()) + (finding.unknown ? "?" : ""));
  }
  std::string out;
  for (const auto& id : sorted) out += (out.empty() ? "" : " ") + id;
  return out;
}

/// Messages to look at, made from one that nobody would mind.
struct Mail {
  std::vector<std::pair<std::string, std::string>> headers = {
      {"From", "Hagaki Shop <shop@example.jp>"},
      {"To", "A Reader <a@receiver.example>"},
      {"Subject", "Spring cards"},
      {"Date", "Sun, 22 Nov 2026 09:00:00 +0900"},
      {"Message-ID", "<a1.b2@example.jp>"},
      {"List-Unsubscribe", "<https://example.jp/leave?who=a1>"},
      {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
      {"MIME-Version", "1.0"},
      {"Content-Type", "text/plain; charset=utf-8"},
  };
  std::string body = "Dear reader,\r\n\r\nthe cards are here. Leave: https://example.jp/leave\r\n";

  /// Sets a header; an empty value takes it out.
  Mail& set(const std::string& name, const std::string& value) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty()) headers.emplace_back(name, value);
    return *this;
  }
  /// Adds one, also where it is there.
  Mail& add(const std::string& name, const std::string& value) {
    headers.emplace_back(name, value);
    return *this;
  }
  Mail& text(const std::string& value) {
    body = value + "\r\n";
    return *this;
  }
  /// Text with HTML.
  Mail& html(const std::string& value) {
    set("Content-Type", "multipart/alternative; boundary=ab");
    body = "--ab\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body +
           "\r\n--ab\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + value + "\r\n--ab--\r\n";
    return *this;
  }
  /// Text with an attachment.
  Mail& attach(const std::string& name, const std::string& bytes);

  [[nodiscard]] std::string bytes() const {
    std::string out;
    for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
    return out + "\r\n" + body;
  }
};

inline Mail& Mail::attach(const std::string& name, const std::string& bytes) {
  set("Content-Type", "multipart/mixed; boundary=mx");
  const std::string file = name.empty() ? "" : "; filename=\"" + name + "\"";
  std::string encoded;
  mime::append_base64(encoded, bytes);
  body = "--mx\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body +
         "\r\n--mx\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment" +
         file + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded + "\r\n--mx--\r\n";
  return *this;
}

enum class Pack { Zip, SevenZip, TarGz, Gz };

/// An archive of these files (name, contents), encrypted where there is a password (zip alone).
inline std::string packed(Pack pack, const std::vector<std::pair<std::string, std::string>>& files,
                          const char* password = nullptr) {
  std::string out(8u << 20, '\0');
  std::size_t used = 0;
  archive* a = archive_write_new();
  if (pack == Pack::Zip) archive_write_set_format_zip(a);
  if (pack == Pack::SevenZip) archive_write_set_format_7zip(a);
  if (pack == Pack::TarGz) archive_write_set_format_ustar(a);
  if (pack == Pack::Gz) archive_write_set_format_raw(a);
  if (pack == Pack::TarGz || pack == Pack::Gz) archive_write_add_filter_gzip(a);
  if (password != nullptr) {
    archive_write_set_options(a, "zip:encryption=traditional");
    archive_write_set_passphrase(a, password);
  }
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const auto& [name, contents] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(contents.size()));
    archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(a, entry);
    archive_write_data(a, contents.data(), contents.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}

/// The begin of a Windows program.
inline std::string windows_program() {
  std::string bytes(256, '\0');
  bytes[0] = 'M';
  bytes[1] = 'Z';
  bytes[60] = '\x80';
  bytes.replace(0x80, 4, std::string("PE\0\0", 4));
  return bytes;
}

}  // namespace hagaki::preflight
