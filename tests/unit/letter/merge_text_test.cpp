#include "letter/merge_text.h"

#include <doctest/doctest.h>

#include <string>

#include "fake_fields.h"

namespace hagaki::letter::merge_text_test {
namespace {

FieldTree tree(FieldTree::Kind kind) {
  FieldTree made;
  made.kind = kind;
  return made;
}

FieldTree item(const std::string& name, const std::string& price) {
  FieldTree made = tree(FieldTree::Kind::Object);
  FieldTree text;
  text.text = name;
  made.members.push_back({"what", text});
  text.text = price;
  made.members.push_back({"price", text});
  return made;
}

FakeFields customer() {
  FieldTree list = tree(FieldTree::Kind::List);
  list.items = {item("tea", "5"), item("rice & fish", "9")};
  return FakeFields({{"name", "Tom & <Ann>"},
                     {"email", "a+b@example.com"},
                     {"empty", ""},
                     {"address.city", "Kobe"}},
                    {{"items", list},
                     {"none", tree(FieldTree::Kind::List)},
                     {"vip", tree(FieldTree::Kind::True)},
                     {"old", tree(FieldTree::Kind::False)}});
}

struct Case {
  const char* name;
  const char* source;
  const char* want;
};

TEST_CASE("merging") {
  const Case cases[] = {
      {"no tags", "a { b } c", "a { b } c"},
      {"text is not escaped", "Dear {{name}},", "Dear Tom & <Ann>,"},
      {"blanks in a tag", "{{ name }}", "Tom & <Ann>"},
      {"raw forms", "{{{name}}}{{&name}}", "Tom & <Ann>Tom & <Ann>"},
      {"empty value", "[{{empty}}]", "[]"},
      {"dotted", "{{address.city}}", "Kobe"},
      {"in a URL", "https://x.example/?e={{email|url}}",
       "https://x.example/?e=a%2Bb%40example.com"},
      {"section of text", "{{#name}}Hi {{name}}{{/name}}!", "Hi Tom & <Ann>!"},
      {"section of absent", "{{#nick}}Hi {{nick}}{{/nick}}!", "!"},
      {"inverted of absent", "{{^nick}}Hello{{/nick}}!", "Hello!"},
      {"an empty text is as absent", "{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", "b"},
      {"true and false", "{{#vip}}V{{/vip}}{{#old}}O{{/old}}{{^old}}N{{/old}}", "VN"},
      {"list", "{{#items}}{{what}}={{price}};{{/items}}", "tea=5;rice & fish=9;"},
      {"list sees outer names", "{{#items}}{{address.city}} {{/items}}", "Kobe Kobe "},
      {"empty list", "{{#none}}x{{/none}}{{^none}}nothing{{/none}}", "nothing"},
      {"lone section tags leave no line", "a\n{{#vip}}\nb\n{{/vip}}\nc\n", "a\nb\nc\n"},
      {"comment", "a{{! not shown }}b", "ab"},
      {"a lone comment leaves no line", "a\r\n  {{! not\n shown }} \r\nb", "a\r\nb"},
      {"lone tags of a section that is not shown", "a\n{{#old}}\nb\n{{/old}}\nc\n", "a\nc\n"},
      {"empty lines around lone tags stay", "a\n\n{{#vip}}\n\nb\n\n{{/vip}}\n\nc",
       "a\n\n\nb\n\n\nc"},
      {"tags that share a line keep it", "a\n{{#vip}}{{empty}}{{/vip}}\nb", "a\n\nb"},
      {"lone tags at both ends", "{{#vip}}\na\n{{/vip}}", "a\n"},
      {"the dot", "{{#name}}{{.}}{{/name}}", "Tom & <Ann>"},
      {"URL in a section", "{{#vip}}{{email|url}}{{/vip}}", "a%2Bb%40example.com"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto text = MergeText::parse(c.source, MergeText::Escape::None, "t");
    REQUIRE(text);
    std::string out;
    const auto done = text->render(customer(), Missing::Error, out);
    CHECK_MESSAGE(done, (done ? "" : done.error().text()));
    CHECK(out == c.want);
  }
}

TEST_CASE("HTML escapes values, not the template") {
  const Case cases[] = {
      {"variable", "<b>{{name}}</b>", "<b>Tom &amp; &lt;Ann&gt;</b>"},
      {"raw", "<b>{{{name}}}</b>", "<b>Tom & <Ann></b>"},
      {"in a list", "{{#items}}<i>{{what}}</i>{{/items}}", "<i>tea</i><i>rice &amp; fish</i>"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto text = MergeText::parse(c.source, MergeText::Escape::Html, "t");
    REQUIRE(text);
    std::string out;
    CHECK(text->render(customer(), Missing::Error, out));
    CHECK(out == c.want);
  }
}

TEST_CASE("missing fields") {
  struct MissingCase {
    const char* name;
    const char* source;
    const char* error;  // nullptr: none
    const char* empty;  // what Missing::Empty makes of it
  };
  const MissingCase cases[] = {
      {"plain", "Dear {{nick}},", "the recipient has no field \"nick\"", "Dear ,"},
      {"the first is named", "{{a}}{{b}}", "the recipient has no field \"a\"", ""},
      {"beside sections", "{{#vip}}{{nick}}{{/vip}}.", "the recipient has no field \"nick\"", "."},
      {"inside its own section", "{{#nick}}{{nick}}{{/nick}}.", nullptr, "."},
      {"a section that is not shown", "{{#old}}{{nick}}{{/old}}.", nullptr, "."},
      {"a list is no text", "{{#vip}}{{items}}{{/vip}}", "the recipient has no field \"items\"",
       ""},
  };
  for (const MissingCase& c : cases) {
    CAPTURE(c.name);
    const auto text = MergeText::parse(c.source, MergeText::Escape::None, "t");
    REQUIRE(text);
    std::string out;
    const auto strict = text->render(customer(), Missing::Error, out);
    CHECK(strict.has_value() == (c.error == nullptr));
    if (!strict && c.error != nullptr) {
      CHECK(strict.error().message == c.error);
      CHECK(strict.error().code == ErrorCode::NotFound);
    }
    out.clear();
    CHECK(text->render(customer(), Missing::Empty, out));
    CHECK(out == c.empty);
  }
}

TEST_CASE("a template that is wrong is told by line") {
  struct ErrorCase {
    const char* name;
    const char* source;
    const char* want;
  };
  const ErrorCase cases[] = {
      {"open", "a\nb {{name\n", "t.eml:6: \"{{\" without \"}}\""},
      {"triple", "{{{name}}", "t.eml:5: \"{{{\" without \"}}}\""},
      {"section left open", "\n{{#a}}x", "t.eml:6: section \"a\" is not closed"},
      {"wrong end", "{{#a}}{{/b}}", "t.eml:5: {{/b}} closes no open section"},
      {"partial", "{{> footer}}", "t.eml:5: partials ({{>…}}) are not supported"},
      {"delimiters", "{{=<% %>=}}", "t.eml:5: changed delimiters ({{=…=}}) are not supported"},
      {"no name", "{{}}", "t.eml:5: \"\" is no field name"},
      {"our own mark", "a\x02", "t.eml:5: control character"},
      {"two names", "{{first name}}", "t.eml:5: \"first name\" is no field name"},
      {"unknown filter", "{{name|upper}}", "t.eml:5: \"name|upper\" is no field name"},
      {"control octet", "\n\x01", "t.eml:6: control character"},
  };
  for (const ErrorCase& c : cases) {
    CAPTURE(c.name);
    const auto text = MergeText::parse(c.source, MergeText::Escape::None, "t.eml", 5);
    REQUIRE_FALSE(text);
    CHECK(text.error().text() == c.want);
  }
}

}  // namespace
}  // namespace hagaki::letter::merge_text_test
