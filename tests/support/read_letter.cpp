// read-letter FILE…: each mail as GMime reads it, as a line of JSON with what tests/e2e/lib/letters
// asks for.
#include <gmime/gmime.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

std::string taken(char* text) {
  std::string out = text_of(text);
  g_free(text);
  return out;
}

Json mailboxes(InternetAddressList* list) {
  Json out = Json::array();
  for (int i = 0; list != nullptr && i < internet_address_list_length(list); ++i) {
    InternetAddress* each = internet_address_list_get_address(list, i);
    if (!INTERNET_ADDRESS_IS_MAILBOX(each)) {
      out.push_back("a group");
      continue;
    }
    // get_addr() shows a domain's U-labels.
    out.push_back({text_of(internet_address_get_name(each)),
                   text_of(internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(each)))});
  }
  return out;
}

std::string bytes_of(GMimePart* part) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content != nullptr) g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

void take(GMimeObject*, GMimeObject* object, gpointer data) {
  Json& out = *static_cast<Json*>(data);
  if (GMIME_IS_MULTIPART(object)) return;
  Json part;
  part["type"] = taken(g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object)));
  part["disposition"] = text_of(g_mime_object_get_disposition(object));
  part["id"] = text_of(g_mime_object_get_content_id(object));
  part["name"] = text_of(g_mime_object_get_content_disposition_parameter(object, "filename"));
  part["other_name"] = text_of(g_mime_object_get_content_type_parameter(object, "name"));
  part["charset"] = text_of(g_mime_object_get_content_type_parameter(object, "charset"));
  part["flowed"] =
      text_of(g_mime_object_get_content_type_parameter(object, "format")) == "flowed" &&
      text_of(g_mime_object_get_content_type_parameter(object, "delsp")) == "yes";
  if (GMIME_IS_TEXT_PART(object))
    part["text"] = taken(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
  if (GMIME_IS_PART(object)) {
    const std::string bytes = bytes_of(GMIME_PART(object));
    const std::unique_ptr<char, decltype(&g_free)> digest(
        g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                    reinterpret_cast<const guchar*>(bytes.data()), bytes.size()),
        g_free);
    part["sha256"] = digest.get();
  }
  out.push_back(std::move(part));
}

Json read(GMimeMessage* message) {
  Json out;
  out["subject"] = text_of(g_mime_message_get_subject(message));
  out["from"] = mailboxes(g_mime_message_get_from(message));
  out["to"] = mailboxes(g_mime_message_get_to(message));
  out["reply_to"] = mailboxes(g_mime_message_get_reply_to(message));
  out["parts"] = Json::array();
  GMimeObject* body = g_mime_message_get_mime_part(message);
  if (GMIME_IS_MULTIPART(body)) {
    g_mime_multipart_foreach(GMIME_MULTIPART(body), take, &out["parts"]);
  } else {
    take(nullptr, body, &out["parts"]);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  g_mime_init();
  for (int i = 1; i < argc; ++i) {
    const Owned<GMimeStream> stream(g_mime_stream_file_open(argv[i], "r", nullptr));
    if (!stream) {
      std::cerr << "read-letter: " << argv[i] << " cannot be read\n";
      return 1;
    }
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    std::cout << (message ? read(message.get()) : Json()).dump() << "\n";
  }
  return std::cout.flush() ? 0 : 1;
}
