#include "letter/html_body.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "mime/reader.h"
#include "rendered.h"

namespace hagaki::letter::html_body_test {
namespace {

const std::map<std::string, File> kPictures = {
    {"img/logo.png", {"logo.png", "LOGO"}},
    {"img/my card.png", {"my card.png", "CARD"}},
    {"bg.gif", {"bg.gif", "BACK"}},
    {"copy/logo.png", {"logo.png", "LOGO"}},
};
const std::string kFile = "letter/message.html";

Result<BodyPlan> body_of(std::string_view html, std::size_t first_line = 1) {
  return html_body({html, kFile, first_line}, kPictures, {});
}

/// The HTML as it is sent, with the file's name for each Content-ID, and all names behind it.
std::string shown(const std::string& part) {
  const mime::Message message = mime::Message::parse(part);
  std::string html;
  std::string names;
  for (const mime::Part& each : message.parts()) {
    std::string buffer;
    if (each.type.type == "text/html") html = each.text(buffer);
    const std::string id(each.headers.get("Content-ID"));
    if (id.empty()) continue;
    REQUIRE(id.size() > 2);
    const std::string url = "cid:" + id.substr(1, id.size() - 2);
    const std::string name(each.type.parameter("name"));
    for (std::size_t at = 0; (at = html.find(url, at)) != std::string::npos;) {
      html.replace(at, url.size(), "[" + name + "]");
    }
    names += " " + name + "=" + std::string(each.bytes(buffer));
  }
  std::erase(html, '\r');
  return std::string(trim(html)) + names;
}

TEST_CASE("pictures beside HTML") {
  struct Case {
    const char* name;
    const char* html;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"none", "<p>Hello</p>", "<p>Hello</p>"},
      {"one", "<p><img src=\"img/logo.png\" alt=x></p>",
       "<p><img src=\"[logo.png]\" alt=x></p> logo.png=LOGO"},
      {"twice is one part", "<img src=bg.gif><br><img src='bg.gif'>",
       "<img src=[bg.gif]><br><img src='[bg.gif]'> bg.gif=BACK"},
      {"the same by another path", "<img src=img/logo.png><img src=copy/logo.png>",
       "<img src=[logo.png]><img src=[logo.png]> logo.png=LOGO"},
      {"a style and an encoded name",
       "<div style=\"background: url('bg.gif')\"><img src=img/my%20card.png>",
       "<div style=\"background: url('[bg.gif]')\"><img src=[my card.png]> bg.gif=BACK my "
       "card.png=CARD"},
      {"elsewhere", "<img src=https://example.jp/bg.gif><img src=data:image/gif,x><img src=cid:x>",
       "<img src=https://example.jp/bg.gif><img src=data:image/gif,x><img src=cid:x>"},
      {"a field's", "<img src='{{picture}}'>", "<img src='p.png'>"},
      {"an element that is open in two paragraphs", "<b style='x:url(bg.gif)'><p>One</b>Two</p>end",
       "<b style='x:url([bg.gif])'><p>One</b>Two</p>end bg.gif=BACK"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto body = body_of(c.html);
    REQUIRE_MESSAGE(body, (body ? "" : body.error().text()));
    CHECK(shown(rendered(*body, FakeFields({{"picture", "p.png"}}))) == c.want);
  }
}

TEST_CASE("what HTML with pictures is made of") {
  const auto plain = body_of("<p>Hello</p>");
  REQUIRE(plain);
  CHECK(structure(rendered(*plain)) == "text/html");

  const auto pictured = body_of("<p>{{name}}</p><img src=img/logo.png alt=Shop><img src=bg.gif>");
  REQUIRE(pictured);
  const FakeFields fields({{"name", "A & B"}});
  const std::string part = rendered(*pictured, fields);
  CHECK(structure(part) == "multipart/related(text/html image/png image/gif)");
  // RFC 2387 §3.1 wants the root's type.
  const mime::Message message = mime::Message::parse(part);
  CHECK(message.root().type.parameter("type") == "text/html");
  CHECK(message.parts()[2].headers.get("Content-Disposition").starts_with("inline;"));
}

TEST_CASE("a picture that is not there is told with its line") {
  struct Case {
    const char* name;
    const char* html;
    std::size_t first_line;
    const char* where;
    const char* what;
  };
  static constexpr Case kCases[] = {
      {"first line", "<img src=none.png>", 1, "letter/message.html:1",
       "there is no picture \"none.png\" in the template's folder"},
      {"a later line", "<p>\n\n<img\nsrc='a%20b.png'>", 1, "letter/message.html:4",
       "there is no picture \"a b.png\" in the template's folder"},
      {"behind headers", "<p>\n<img src=none.png>", 6, "letter/message.html:7",
       "there is no picture \"none.png\" in the template's folder"},
      {"behind one that is there", "<img src=bg.gif>\n<img src=../bg.gif>", 1,
       "letter/message.html:2", "there is no picture \"../bg.gif\" in the template's folder"},
      {"a name with a control character", "<img src='%1b[2J.png'>", 1, "letter/message.html:1",
       "there is no picture \"\\x1b[2J.png\" in the template's folder"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto body = body_of(c.html, c.first_line);
    REQUIRE(!body);
    CHECK(body.error().code == ErrorCode::Config);
    CHECK(body.error().context == c.where);
    CHECK(body.error().message == c.what);
  }
}

}  // namespace
}  // namespace hagaki::letter::html_body_test
