#include "letter/template.h"

#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <string>

#include "base/digest.h"
#include "base/text.h"
#include "fake_fields.h"

namespace hagaki::letter::template_test {
namespace {

const char* const kText =
    "From: 葉書商店 <shop@example.jp>\n"
    "Reply-To: \"Help, desk\" <help@example.jp>\n"
    "Subject: {{name}}様へ、春の新商品のご案内です（送料無料は三月末日まで、どうぞお早めに）\n"
    "List-Unsubscribe: <https://example.jp/u?e={{email|url}}>\n"
    "\n"
    "{{name}} 様\n"
    "\n"
    "こんにちは。\n";

Address address(const char* spec) {
  return *Address::parse(spec);
}

const Timestamp kDate = *parse_rfc3339("2026-11-21T17:30:55Z");
const std::vector<std::string> kNoParts;

Result<RenderedMessage> render(const Template& source, const Fields& fields,
                               const char* recipient = "taro+x@example.jp",
                               Missing missing = Missing::Error) {
  const Address to = address(recipient);
  return source.render(fields, {to, HmacSha256("spring"), kDate, kNoParts}, missing);
}

Template parsed(const std::string& text, std::optional<std::string> html = std::nullopt) {
  auto result = Template::parse({"t.eml", text, "message.html", std::move(html)}, std::nullopt);
  REQUIRE_MESSAGE(result, (result ? "" : result.error().text()));
  return std::move(*result);
}

/// A message as GMime reads it.
class Read {
 public:
  explicit Read(const std::string& data) {
    g_mime_init();
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(data.data(), data.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    message_ = g_mime_parser_construct_message(parser, nullptr);
    g_object_unref(parser);
    g_object_unref(stream);
  }
  Read(const Read&) = delete;
  Read& operator=(const Read&) = delete;
  ~Read() { g_object_unref(message_); }

  [[nodiscard]] std::string subject() const { return g_mime_message_get_subject(message_); }
  [[nodiscard]] std::string to_name() const {
    InternetAddressList* list = g_mime_message_get_to(message_);
    const char* name = internet_address_get_name(internet_address_list_get_address(list, 0));
    return name == nullptr ? "" : name;
  }
  [[nodiscard]] std::string to_address() const {
    InternetAddressList* list = g_mime_message_get_to(message_);
    InternetAddress* first = internet_address_list_get_address(list, 0);
    return internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first));
  }
  [[nodiscard]] std::string type() const { return type_of(g_mime_message_get_mime_part(message_)); }
  [[nodiscard]] std::string header(const char* name) const {
    const char* value = g_mime_object_get_header(GMIME_OBJECT(message_), name);
    return value == nullptr ? "" : value;
  }
  /// The text of a leaf: the whole body, or the n-th part of a multipart.
  [[nodiscard]] std::string text(int part = -1) const {
    GMimeObject* body = g_mime_message_get_mime_part(message_);
    if (part >= 0) body = g_mime_multipart_get_part(GMIME_MULTIPART(body), part);
    char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(body));
    std::string result = text;
    g_free(text);
    std::erase(result, '\r');
    return result;
  }
  [[nodiscard]] std::string part_type(int part) const {
    GMimeObject* body = g_mime_message_get_mime_part(message_);
    return type_of(g_mime_multipart_get_part(GMIME_MULTIPART(body), part));
  }

 private:
  static std::string type_of(GMimeObject* object) {
    char* type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
    std::string result = type;
    g_free(type);
    return result;
  }
  GMimeMessage* message_;
};

void check_lines(const std::string& data) {
  std::size_t at = 0;
  while (at < data.size()) {
    const std::size_t end = data.find('\n', at);
    REQUIRE(end != std::string::npos);
    REQUIRE(end > at);
    CHECK(data[end - 1] == '\r');
    CHECK(end - at <= 79);
    at = end + 1;
  }
  for (const char c : data) CHECK(static_cast<unsigned char>(c) < 128);
}

TEST_CASE("a Japanese message as GMime reads it") {
  const Template source = parsed(kText);
  const auto message =
      render(source, FakeFields({{"name", "山田 太郎"}, {"email", "taro+x@example.jp"}}));
  REQUIRE(message);
  check_lines(message->data);
  const Read read(message->data);
  CHECK(read.subject() ==
        "山田 太郎様へ、春の新商品のご案内です（送料無料は三月末日まで、どうぞお早めに）");
  CHECK(read.to_name() == "山田 太郎");
  CHECK(read.to_address() == "taro+x@example.jp");
  CHECK(read.type() == "text/plain");
  CHECK(read.text() == "山田 太郎 様\n\nこんにちは。\n");
  CHECK(read.header("List-Unsubscribe") == "<https://example.jp/u?e=taro%2Bx%40example.jp>");
  CHECK(read.header("Reply-To") == "\"Help, desk\" <help@example.jp>");
  CHECK(read.header("Date") == "Sat, 21 Nov 2026 17:30:55 +0000");
  CHECK(read.header("MIME-Version") == "1.0");
  CHECK(message->message_id.ends_with("@example.jp"));
  CHECK(read.header("Message-ID") == "<" + message->message_id + ">");
  CHECK(message->from.text() == "shop@example.jp");
}

TEST_CASE("text with HTML") {
  const Template source = parsed(kText, "<p>{{name}} & <b>{{{raw}}}</b></p>\n");
  const FakeFields fields({{"name", "A & <B>"}, {"email", "a@b.example"}, {"raw", "<i>x</i>"}});
  const auto message = render(source, fields, "a@b.example");
  REQUIRE(message);
  check_lines(message->data);
  const Read read(message->data);
  CHECK(read.type() == "multipart/alternative");
  CHECK(read.part_type(0) == "text/plain");
  CHECK(read.part_type(1) == "text/html");
  CHECK(read.text(0) == "A & <B> 様\n\nこんにちは。\n");
  CHECK(read.text(1) == "<p>A &amp; &lt;B&gt; & <b><i>x</i></b></p>\n");
  const auto again = render(source, fields, "a@b.example");
  REQUIRE(again);
  CHECK(again->data == message->data);
}

TEST_CASE("HTML alone gets its text beside it") {
  const Template source = parsed(
      "From: a@b.example\nSubject: x\nContent-Type: text/html; charset=UTF-8\n\n<p>{{name}}</p>\n");
  const auto message = render(source, FakeFields({{"name", "<"}}));
  REQUIRE(message);
  const Read read(message->data);
  CHECK(read.type() == "multipart/alternative");
  CHECK(read.part_type(0) == "text/plain");
  CHECK(read.text(0) == "<\n");
  CHECK(read.part_type(1) == "text/html");
  CHECK(read.text(1) == "<p>&lt;</p>\n");
}

TEST_CASE("text derived from HTML with pictures") {
  const auto source = Template::parse({"t.eml",
                                       "From: a@b.example\nSubject: x\n\n",
                                       "message.html",
                                       "<p>{{name}}</p><img src=logo.png alt=Shop>",
                                       {{"logo.png", {"logo.png", "LOGO"}}}},
                                      std::nullopt);
  REQUIRE(source);
  const auto message = render(*source, FakeFields({{"name", "A & B"}}));
  REQUIRE(message);
  const Read read(message->data);
  CHECK(read.type() == "multipart/alternative");
  CHECK(read.text(0) == "A & B\n\nShop\n");
  CHECK(read.part_type(1) == "multipart/related");
}

TEST_CASE("HTML is read as text only where there is no text") {
  // A link opens again in each paragraph.
  std::string html = "<p><a href=\"https://x.example/" + std::string(40'000, 'x') + "\">";
  for (int i = 0; i < 1'700; ++i) html += "x</p><p>";
  const std::string header = "From: a@b.example\nSubject: x\n\n";
  CHECK(Template::parse({"t.eml", header + "Hello\n", "message.html", html}, std::nullopt));
  const auto alone = Template::parse({"t.eml", header, "message.html", html}, std::nullopt);
  REQUIRE(!alone);
  CHECK(alone.error().code == ErrorCode::Limit);
}

TEST_CASE("a plain message is plain") {
  const Template source = parsed("From: a@b.example\r\nSubject: Hello\r\n there\r\n\r\nHi\r\n");
  const auto message = render(source, FakeFields(), "c@d.example");
  REQUIRE(message);
  CHECK(message->data ==
        "From: a@b.example\r\nTo: c@d.example\r\nSubject: Hello there\r\n"
        "Date: Sat, 21 Nov 2026 17:30:55 +0000\r\nMessage-ID: <" +
            message->message_id +
            ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n\r\nHi\r\n");
}

TEST_CASE("addresses of recipients in the header") {
  struct Case {
    const char* name;
    const char* recipient;
    const char* want;
  };
  const Case cases[] = {
      {"carrier dots", "a..b.@docomo.ne.jp", "To: \"a..b.\"@docomo.ne.jp\r\n"},
      {"U-label", "a@例え.jp", "To: a@xn--r8jz45g.jp\r\n"},
      {"spelling kept", "Ann@Example.COM", "To: Ann@example.com\r\n"},
  };
  const Template source = parsed("From: a@b.example\nSubject: x\n\nHi\n");
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto message = render(source, FakeFields(), c.recipient);
    REQUIRE(message);
    CHECK(message->data.find(c.want) != std::string::npos);
  }
}

TEST_CASE("To from the template") {
  const Template source =
      parsed("From: a@b.example\nTo: {{last}}様 <{{email}}>\nSubject: x\n\nHi\n");
  const auto message = render(source, FakeFields({{"last", "山田"}}));
  REQUIRE(message);
  CHECK(Read(message->data).to_name() == "山田様");
}

TEST_CASE("a recipient's data cannot reach beyond its place") {
  struct Case {
    const char* name;
    FakeFields::Texts texts;
    const char* want;  // the error; nullptr: none
  };
  const Case cases[] = {
      {"a line break in a header",
       {{"n", "x\nBcc: y@z"}, {"e", "a@b.example"}},
       "would hold a line break"},
      {"a mailbox in a name", {{"n", "x\" <evil@z.example>, \"y"}, {"e", "a@b.example"}}, nullptr},
      {"two addresses", {{"n", "x"}, {"e", "a@b.example, c@d.example"}}, ""},
      {"a missing field",
       {{"e", "a@b.example"}, {"other", ""}},
       "the recipient has no field \"n\""},
  };
  const Template source = parsed("From: {{n}} <{{e}}>\nSubject: {{n}}\n\n{{n}}\n");
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto message = render(source, FakeFields(c.texts));
    CHECK(message.has_value() == (c.want == nullptr));
    if (message) {
      CHECK(message->from.text() == "a@b.example");
      CHECK(message->data.find("\nevil") == std::string::npos);
    } else if (c.want != nullptr && *c.want != '\0') {
      CHECK(message.error().text().find(c.want) != std::string::npos);
    }
  }
}

TEST_CASE("a value in a structured header is one word") {
  struct Case {
    const char* name;
    const char* header;
    const char* value;
    const char* want;  // the header; nullptr: held back
  };
  const char* const kUrl = "List-Unsubscribe: <https://x.example/{{v}}>, <mailto:l@x.example>\n";
  const Case cases[] = {
      {"a word", kUrl, "a-b_c=1", "<https://x.example/a-b_c=1>, <mailto:l@x.example>"},
      {"another address", kUrl, "https://ok.example/>,<mailto:evil@example.net", nullptr},
      {"a comma", kUrl, "a,b", nullptr},
      {"a quote", kUrl, "a\"b", nullptr},
      {"a blank", kUrl, "a b", nullptr},
      {"a tab", kUrl, "a\tb", nullptr},
      {"a line break", kUrl, "a\nb", nullptr},
      {"raw", "List-Unsubscribe: <{{{v}}}>\n", "a>b", nullptr},
      {"percent-encoded", "List-Unsubscribe: <https://x.example/{{v|url}}>\n", "a>,<b",
       "<https://x.example/a%3E%2C%3Cb>"},
      {"in a section", "List-Unsubscribe: {{#v}}<https://x.example/{{.}}>{{/v}}\n", "a>,<b",
       nullptr},
      {"as a condition", "List-Id: {{#v}}x{{/v}} <l.x.example>\n", "a b", "x <l.x.example>"},
      {"percent-encoded in a section", "List-Unsubscribe: {{#v}}<https://x/{{v|url}}>{{/v}}\n",
       "a>b", "<https://x/a%3Eb>"},
      {"free text", "X-Who: {{v}}\n", "a <b>, c", "a <b>, c"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Template source =
        parsed(std::string("From: a@b.example\nSubject: x\n") + c.header + "\nx\n");
    const auto message = render(source, FakeFields{{"v", c.value}});
    REQUIRE(message.has_value() == (c.want != nullptr));
    if (message) {
      CHECK(message->data.find(std::string(": ") + c.want + "\r\n") != std::string::npos);
    } else {
      CHECK(message.error().code == ErrorCode::Syntax);
      CHECK(message.error().text().find("List-Unsubscribe: ") == 0);
      CHECK(message.error().text().find("the value of \"") != std::string::npos);
    }
  }
}

TEST_CASE("Missing::Empty leaves a gap") {
  const Template source = parsed("From: a@b.example\nSubject: x {{n}}\n\nHi {{n}}.\n");
  const auto message = render(source, FakeFields(), "c@d.example", Missing::Empty);
  REQUIRE(message);
  CHECK(message->data.find("Subject: x\r\n") != std::string::npos);
  CHECK(message->data.ends_with("Hi .\r\n"));
}

TEST_CASE("templates that are refused") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"Bcc", "From: a@b.c\nbcc: x@y.z\n\n",
       "t.eml:2: a template must not set bcc: each message goes to one recipient alone"},
      {"Received", "Received: x\n\n",
       "t.eml:1: a template must not set Received: it belongs to the servers that carry the mail"},
      {"Return-Path", "Return-Path: <a@b.c>\n\n",
       "t.eml:1: a template must not set Return-Path: the receiving server writes it; --bounces "
       "sets the return path"},
      {"Message-ID", "Message-ID: <a@b>\n\n",
       "t.eml:1: a template must not set Message-ID: it is written for each message"},
      {"To another", "To: x@y.z\n\n",
       "t.eml:1: To may choose the name only: To: {{name}} <{{email}}>"},
      {"no header", "Hello there\n\nx",
       "t.eml:1: no header: a template begins with headers (\"Subject: …\") and a blank line"},
      {"two subjects", "Subject: a\nSUBJECT: b\n\n", "t.eml:2: a second SUBJECT"},
      {"not UTF-8", "Subject: a\n\nok\n\xFF\n", "t.eml:4: a template must be UTF-8"},
      {"charset", "Content-Type: text/plain; charset=iso-2022-jp\n\n",
       "t.eml:1: charset iso-2022-jp: a template must be UTF-8"},
      {"multipart", "Content-Type: multipart/mixed; boundary=a\n\n",
       "t.eml:1: text with HTML is a folder with message.txt and message.html"},
      {"encoded body", "Content-Transfer-Encoding: base64\n\n",
       "t.eml:1: a template's body is written as it reads, not encoded"},
      {"tag in the body", "Subject: a\n\nx\n{{#y}}\n", "t.eml:4: section \"y\" is not closed"},
      {"bad From", "From: nobody\n\n", "t.eml:1: "},
      {"group", "Reply-To: friends: a@b.c;\n\n",
       "t.eml:1: groups are not supported; quote a name that holds \":\" or \";\""},
      {"8 bit in a structured header", "List-Id: お <a.b>\n\n",
       "t.eml:1: header List-Id may hold only ASCII; write URLs percent-encoded"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto result = Template::parse({"t.eml", c.text, "", std::nullopt}, std::nullopt);
    REQUIRE_FALSE(result);
    CHECK(result.error().text().starts_with(c.want));
  }
}

TEST_CASE("encoded words of a template that a mail program saved") {
  const Template source = parsed(
      "From: =?UTF-8?B?6JGJ5pu477yM5bqX?= <a@b.example>\n"
      "Subject: =?ISO-8859-1?Q?Gr=FC=DFe?= an {{name}}\n\nHi\n");
  const auto message = render(source, FakeFields({{"name", "Jürgen"}}));
  REQUIRE(message);
  CHECK(Read(message->data).subject() == "Grüße an Jürgen");
  CHECK(source.from().front().name.source() == "葉書，店");
}

TEST_CASE("--from stands in") {
  const auto source = Template::parse(
      {"t.eml", "From: a@b.example\nSubject: x\n\nHi\n", "", std::nullopt}, "店 <shop@c.example>");
  REQUIRE(source);
  const auto message = render(*source, FakeFields());
  REQUIRE(message);
  CHECK(message->from.text() == "shop@c.example");
  CHECK(message->message_id.ends_with("@c.example"));
  CHECK_FALSE(Template::parse({"t.eml", "Subject: x\n\n", "", std::nullopt}, "no address"));
}

TEST_CASE("what the caller adds") {
  const std::string text = "From: shop@example.jp\nSubject: x\nX-Own: y\n\nb\n";
  const auto parse = [](const std::string& source, const Additions& additions) {
    return Template::parse({"t.eml", source, "", std::nullopt}, std::nullopt, additions);
  };
  SUBCASE("headers, merged like the template's own") {
    const auto made = parse(text, {{{"List-Id", "Cards <cards.example.jp>", "--list-id"},
                                    {"X-Who", "{{email|url}}", "--who"}},
                                   ""});
    REQUIRE(made);
    const auto message = render(*made, FakeFields{{"email", "a+b@example.jp"}});
    REQUIRE(message);
    CHECK(message->data.find("\r\nList-Id: Cards <cards.example.jp>\r\n") != std::string::npos);
    CHECK(message->data.find("\r\nX-Who: a%2Bb%40example.jp\r\n") != std::string::npos);
    CHECK(made->header_source("list-id") == "Cards <cards.example.jp>");
  }
  SUBCASE("a value with a line break adds no header") {
    const auto made = parse(text, {{{"X-Who", "{{who}}", "--who"}}, ""});
    REQUIRE(made);
    CHECK_FALSE(render(*made, FakeFields{{"who", "x\r\nBcc: y@example.jp"}}));
  }
  SUBCASE("what the template sets too") {
    const auto made = parse(text, {{{"x-own", "z", "--own"}}, ""});
    REQUIRE_FALSE(made);
    CHECK(made.error().text() ==
          "t.eml: the template sets x-own, and so does --own: remove one of them");
  }
  SUBCASE("a value that its header cannot hold") {
    const auto made = parse(text, {{{"List-Id", "葉書 <cards.example.jp>", "--list-id"}}, ""});
    REQUIRE_FALSE(made);
    CHECK(made.error().context == "--list-id");
  }
  SUBCASE("the sender's name") {
    struct Case {
      const char* name;
      const char* from;
      const char* want;
    };
    const Case cases[] = {
        {"where From has none", "shop@example.jp", "From: \"Cards, Inc.\" <shop@example.jp>\r\n"},
        {"not where it has one", "Shop <shop@example.jp>", "From: Shop <shop@example.jp>\r\n"},
        {"not where there are two", "a@example.jp, b@example.jp",
         "From: a@example.jp, b@example.jp\r\n"},
    };
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const auto made =
          parse("From: " + std::string(c.from) + "\nSubject: x\n\nb\n", {{}, "Cards, Inc."});
      REQUIRE(made);
      const auto message = render(*made, FakeFields{});
      REQUIRE(message);
      CHECK(message->data.find(c.want) != std::string::npos);
    }
  }
}

TEST_CASE("names that a template uses") {
  const Template source =
      parsed("From: {{who}} <a@b.example>\nSubject: {{name}}\n\n{{name}} {{city}}\n");
  CHECK(source.names() == std::vector<std::string>{"who", "name", "city"});
}

TEST_CASE("an address of the header that needs SMTPUTF8") {
  struct Case {
    const char* name;
    const char* headers;
    bool want;
  };
  const Case cases[] = {
      {"none", "From: 店 <a@店.example>\nReply-To: b@x.example\n", false},
      {"From", "From: 店@x.example\n", true},
      {"second From", "From: a@x.example, 店@x.example\nSender: a@x.example\n", true},
      {"Reply-To", "From: a@x.example\nReply-To: b@x.example, 店@x.example\n", true},
      {"Sender", "From: a@x.example\nSender: 店@x.example\n", true},
      {"from a field", "From: a@x.example\nReply-To: {{name}}@x.example\n", true},
  };
  const FakeFields fields({{"name", "花子"}});
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto message = render(parsed(std::string(c.headers) + "\nx\n"), fields);
    REQUIRE_MESSAGE(message, (message ? "" : message.error().text()));
    CHECK(message->needs_smtputf8 == c.want);
  }
}

}  // namespace
}  // namespace hagaki::letter::template_test
