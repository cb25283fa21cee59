// Our reader against GMime: the same leaves with the same types and bytes, on mails whose form
// both must understand.
#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "mime/reader.h"

using namespace hagaki;

namespace {

struct Leaf {
  std::string type;
  std::string bytes;
  std::string text;      // in UTF-8, of text parts
  bool guessed = false;  // no charset is named: we guess, GMime does not
};

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Mail {
  /// Names in lower case, values decoded, white space squeezed. Without Content-…, which GMime
  /// keeps with the first part.
  Fields fields;
  std::vector<Leaf> leaves;
};

/// Line ends as LF, none at the end: GMime's filters and ours end texts in their own way.
std::string same_lines(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\r') out.push_back(c);
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

void collect(GMimeObject* object, std::vector<Leaf>& out) {
  if (GMIME_IS_MULTIPART(object)) {
    auto* multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      collect(g_mime_multipart_get_part(multipart, i), out);
    }
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    collect(
        g_mime_message_get_mime_part(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object))),
        out);
  } else if (GMIME_IS_PART(object)) {
    auto* type = g_mime_object_get_content_type(object);
    char* name = g_mime_content_type_get_mime_type(type);
    GMimeStream* memory = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(object)), memory);
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    out.push_back(
        {ascii_lower(name), {reinterpret_cast<const char*>(bytes->data), bytes->len}, {}});
    if (GMIME_IS_TEXT_PART(object)) {
      char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
      out.back().text = same_lines(text == nullptr ? "" : text);
      g_free(text);
    }
    g_object_unref(memory);
    g_free(name);
  }
}

Fields fields_of(GMimeObject* object) {
  Fields out;
  auto* list = g_mime_object_get_header_list(object);
  for (int i = 0; i < g_mime_header_list_get_count(list); ++i) {
    auto* header = g_mime_header_list_get_header_at(list, i);
    if (ascii_istarts_with(g_mime_header_get_name(header), "content-")) continue;
    char* value = g_mime_utils_header_decode_text(nullptr, g_mime_header_get_raw_value(header));
    out.emplace_back(ascii_lower(g_mime_header_get_name(header)), squeeze(value));
    g_free(value);
  }
  return out;
}

Mail by_gmime(const std::string& mail) {
  static const bool initialised = [] {
    g_mime_init();
    return true;
  }();
  (void)initialised;
  Mail out;
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(mail.data(), mail.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  if (message != nullptr) {
    out.fields = fields_of(GMIME_OBJECT(message));
    collect(g_mime_message_get_mime_part(message), out.leaves);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  return out;
}

Mail by_us(const std::string& mail) {
  Mail out;
  const auto message = mime::Message::parse(mail);
  for (const auto& field : message.headers().fields()) {
    if (ascii_istarts_with(field.name, "content-")) continue;
    mime::Headers one;
    one.add(field);
    out.fields.emplace_back(ascii_lower(field.name), one.text(field.name));
  }
  for (const auto& part : message.parts()) {
    if (!part.children.empty()) continue;
    std::string buffer;
    Leaf leaf{part.type.type, std::string(part.bytes(buffer)), {}};
    leaf.guessed = part.type.parameter("charset").empty() && !is_utf8(leaf.bytes);
    if (part.type.is("text")) leaf.text = same_lines(part.text(buffer));
    out.leaves.push_back(std::move(leaf));
  }
  return out;
}

/// Mails put together from pieces, so that many forms meet.
std::vector<std::string> mails() {
  const std::vector<std::string> leaves = {
      "\nplain text\n",
      "Content-Type: text/html; charset=\"utf-8\"\n\n<p>x</p>\n",
      "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\naGVsbG8gd29ybGQ=\n",
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\nc =E8\n",
      "Content-Type: message/rfc822\n\nFrom: a@b.example\nSubject: s\n\ninner\nlines\n",
      "Content-Type: text/plain; name*0=\"a\";\n name*1=\"b\"\n\nfolded parameters\n",
      "Content-Type: application/octet-stream\n\n--not a delimiter\n-- \nsig\n",
      "Content-Type: text/plain\n\n",
  };
  std::vector<std::string> out;
  const std::string head = "From: x@y.example\nTo: z@y.example\nSubject: t\nMIME-Version: 1.0\n";
  for (const auto& a : leaves) {
    out.push_back(head + a);
    for (const auto& b : leaves) {
      out.push_back(head + "Content-Type: multipart/mixed; boundary=\"b 1\"\n\npreamble\n--b 1\n" +
                    a + "\n--b 1\n" + b + "\n--b 1--\nepilogue\n");
      out.push_back(head + "Content-Type: multipart/mixed; boundary=out\n\n--out\n" +
                    "Content-Type: multipart/alternative; boundary=in\n\n--in\n" + a + "\n--in\n" +
                    b + "\n--in--\n\n--out\n" + b + "\n--out--\n");
    }
  }
  return out;
}

void check_same(const std::string& mail) {
  const auto want = by_gmime(mail);
  const auto got = by_us(mail);
  CHECK(got.fields.size() == want.fields.size());
  for (std::size_t i = 0; i < std::min(got.fields.size(), want.fields.size()); ++i) {
    CHECK(got.fields[i].first == want.fields[i].first);
    CHECK(got.fields[i].second == want.fields[i].second);
  }
  CHECK(got.leaves.size() == want.leaves.size());
  for (std::size_t i = 0; i < std::min(got.leaves.size(), want.leaves.size()); ++i) {
    CAPTURE(i);
    CHECK(got.leaves[i].type == want.leaves[i].type);
    CHECK(got.leaves[i].bytes == want.leaves[i].bytes);
    if (!got.leaves[i].guessed) CHECK(got.leaves[i].text == want.leaves[i].text);
  }
}

}  // namespace

TEST_CASE("our reader finds what GMime finds") {
  for (const auto& mail : mails()) {
    CAPTURE(mail);
    check_same(mail);
  }
}

// The mails of tests/data and, where HAGAKI_MAILS names a folder, those in it.
TEST_CASE("our reader finds what GMime finds in bounces") {
  std::vector<std::filesystem::path> folders = {HAGAKI_TEST_DATA};
  if (const char* more = std::getenv("HAGAKI_MAILS")) folders.emplace_back(more);
  std::size_t count = 0;
  for (const auto& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".eml") continue;
      ++count;
      CAPTURE(entry.path().string());
      std::ifstream in(entry.path(), std::ios::binary);
      check_same({std::istreambuf_iterator<char>(in), {}});
    }
  }
  CHECK(count > 100);
}
