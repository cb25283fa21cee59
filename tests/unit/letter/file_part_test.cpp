#include "letter/file_part.h"

#include <doctest/doctest.h>

#include <string>

#include "letter/media_type.h"
#include "mime/content_type.h"
#include "mime/reader.h"

namespace hagaki::letter::file_part_test {
namespace {

TEST_CASE("names of files that are refused") {
  struct Case {
    const char* name;
    std::string file;
    const char* want;
  };
  const Case cases[] = {
      {"none", "", "a file without a name"},
      {"a path", "a/b.pdf", "the file name \"a/b.pdf\" holds a slash"},
      {"above", "../b.pdf", "the file name \"../b.pdf\" holds a slash"},
      {"a line break", "a\r\nBcc: x@example.jp",
       "the file name \"a\\x0d\\x0aBcc: x@example.jp\" holds a control character"},
      {"NUL", std::string("a\0b", 3), "the file name \"a\\x00b\" holds a control character"},
      {"a terminal's", "a\x1b[2J", "the file name \"a\\x1b[2J\" holds a control character"},
      {"Latin-1", "caf\xe9.pdf", "the file name \"caf�.pdf\" is not UTF-8"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    for (const auto& part :
         {attachment_part({c.file, "x"}), inline_part({c.file, "x"}, "1@picture")}) {
      REQUIRE(!part);
      CHECK(part.error().code == ErrorCode::Syntax);
      CHECK(part.error().message == c.want);
    }
  }
}

TEST_CASE("files as they are read") {
  const std::string mail = "From: a@example.jp\nSubject: x\n\nHello\n";
  const std::string long_line(999, 'x');
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  struct Case {
    const char* name;
    std::string file;
    std::string bytes;
    const char* type;
    const char* charset;
    const char* encoding;
  };
  const Case cases[] = {
      {"a PDF", "bill.pdf", all, "application/pdf", "", "base64"},
      {"an empty file", "empty.pdf", "", "application/pdf", "", "base64"},
      {"no ending", "README", "x", "application/octet-stream", "", "base64"},
      {"a Japanese name", "請求書（二〇二六年一月分）株式会社葉書商店御中・控え.pdf", "x",
       "application/pdf", "", "base64"},
      {"a name with quotes", "a \"b\" \\ c; d=e.txt", "x", "text/plain", "", "base64"},
      {"a long name", std::string(300, 'n') + ".txt", "x", "text/plain", "", "base64"},
      {"ASCII text", "a.csv", "1,2\n", "text/csv", "", "base64"},
      {"UTF-8 text", "a.csv", "葉書,2\n", "text/csv", "utf-8", "base64"},
      {"text in an unknown charset", "a.csv", "\x8a\x7d,2\n", "text/csv", "", "base64"},
      {"JSON has no charset", "a.json", "\"葉書\"", "application/json", "", "base64"},
      {"a mail", "a.eml", mail, "message/rfc822", "", "7bit"},
      {"an 8-bit mail", "a.eml", mail + "葉書\n", "application/octet-stream", "", "base64"},
      {"a mail with a long line", "a.eml", mail + long_line + "\n", "application/octet-stream", "",
       "base64"},
      {"a mail with NUL", "a.eml", mail + std::string(1, '\0'), "application/octet-stream", "",
       "base64"},
      {"a mail with a boundary like ours", "a.eml", mail + "--=_0123\n", "application/octet-stream",
       "", "base64"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto part = attachment_part({c.file, c.bytes});
    REQUIRE_MESSAGE(part, (part ? "" : part.error().text()));
    const mime::Message message = mime::Message::parse(*part);
    const mime::Part& root = message.root();
    CHECK(root.type.type == c.type);
    CHECK(root.type.parameter("charset") == c.charset);
    CHECK(root.type.parameter("name") == c.file);
    const std::string_view disposition = root.headers.get("Content-Disposition");
    CHECK(disposition.starts_with("attachment;"));
    // Of the same grammar as a type (RFC 2183 §2).
    const std::string as_type = "x/" + std::string(disposition);
    CHECK(mime::parse_content_type(as_type).parameter("filename") == c.file);
    CHECK(root.headers.get("Content-Transfer-Encoding") == c.encoding);
    CHECK(!root.headers.find("Content-ID"));
    std::string buffer;
    std::string bytes(root.bytes(buffer));
    if (root.type.type == "message/rfc822") std::erase(bytes, '\r');
    CHECK(bytes == c.bytes);
    for (std::size_t at = 0; at < part->size();) {
      const std::size_t end = part->find("\r\n", at);
      REQUIRE(end != std::string::npos);
      CHECK(end - at <= 78);
      at = end + 2;
    }
  }
}

TEST_CASE("a file that HTML shows") {
  const auto part = inline_part({"logo.png", "LOGO"}, "1@picture");
  REQUIRE(part);
  const mime::Message message = mime::Message::parse(*part);
  CHECK(message.root().type.type == "image/png");
  CHECK(message.headers().get("Content-ID") == "<1@picture>");
  CHECK(message.headers().get("Content-Disposition").starts_with("inline;"));
}

TEST_CASE("types by the endings of names") {
  struct Case {
    const char* name;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"a.pdf", "application/pdf"},
      {"A.PDF", "application/pdf"},
      {"請求書.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {"a.tar.gz", "application/gzip"},
      {"photo.JPeG", "image/jpeg"},
      {"invite.ics", "text/calendar"},
      {"a.eml", "message/rfc822"},
      {".png", "image/png"},
      {"png", "application/octet-stream"},
      {"a.png.", "application/octet-stream"},
      {"a.exe", "application/octet-stream"},
      {"", "application/octet-stream"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(media_type(c.name) == c.want);
  }
}

}  // namespace
}  // namespace hagaki::letter::file_part_test
