// Our reader against GMime: the same leaves with the same types and bytes, on mails whose form
// both must understand.
#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "mime/reader.h"

using namespace hagaki;

namespace {

struct Leaf {
  std::string type;
  std::string bytes;
  bool operator==(const Leaf&) const = default;
};

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
    out.push_back({ascii_lower(name), {reinterpret_cast<const char*>(bytes->data), bytes->len}});
    g_object_unref(memory);
    g_free(name);
  }
}

std::vector<Leaf> by_gmime(const std::string& mail) {
  static const bool initialised = [] {
    g_mime_init();
    return true;
  }();
  (void)initialised;
  std::vector<Leaf> out;
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(mail.data(), mail.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  if (message != nullptr) {
    collect(g_mime_message_get_mime_part(message), out);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  return out;
}

std::vector<Leaf> by_us(const std::string& mail) {
  std::vector<Leaf> out;
  const auto message = mime::Message::parse(mail);
  for (const auto& part : message.parts()) {
    std::string buffer;
    if (part.children.empty()) out.push_back({part.type.type, std::string(part.bytes(buffer))});
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

}  // namespace

TEST_CASE("our reader finds what GMime finds") {
  for (const auto& mail : mails()) {
    CAPTURE(mail);
    const auto want = by_gmime(mail);
    const auto got = by_us(mail);
    REQUIRE(got.size() == want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      CHECK(got[i].type == want[i].type);
      CHECK(got[i].bytes == want[i].bytes);
    }
  }
}
