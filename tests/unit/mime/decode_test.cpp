#include "mime/decode.h"

#include <doctest/doctest.h>

#include "mime/content_type.h"
#include "mime/words.h"

using namespace hagaki;

TEST_CASE("transfer encodings are undone") {
  struct Case {
    const char* name;
    bool base64;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"base64", true, "aGVsbG8=", "hello"},
      {"base64 over lines", true, "aGVs\r\nbG8=\r\n", "hello"},
      {"base64 without padding", true, "aGVsbG8", "hello"},
      {"base64 with rubbish", true, "aG!Vs*bG8=", "hello"},
      {"two base64 texts", true, "aGk=aGk=", "hihi"},
      {"qp", false, "a=3D=e8=91=89", "a=葉"},
      {"qp soft line end", false, "a=\r\nb=\nc=  \nd", "abcd"},
      {"qp lines that end in CR alone", false, "a=\rb\rc\n=41\r", "ab\rc\nA\r"},
      {"qp blanks before a line end", false, "a \t\r\nb", "a\r\nb"},
      {"qp broken escape", false, "100=zz", "100=zz"},
      {"qp cut escape", false, "a=3", "a=3"},
      {"qp ends in =", false, "a=", "a"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = c.base64 ? mime::decode_base64(c.text) : mime::decode_quoted_printable(c.text);
    CHECK(got == c.want);
  }
}

TEST_CASE("encoded words") {
  struct Case {
    const char* name;
    const char* value;
    const char* want;
  };
  const Case cases[] = {
      {"none", "plain text", "plain text"},
      {"q", "=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"},
      {"b", "=?UTF-8?B?6JGJ5pu4?=", "葉書"},
      {"iso-2022-jp", "=?ISO-2022-JP?B?GyRCTVU9cRsoQg==?=", "葉書"},
      {"blank between words goes", "=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
      {"blank to plain text stays", "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"},
      {"folded words", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"},
      {"character split over words", "=?utf-8?q?=E8=91?= =?utf-8?q?=89?=", "葉"},
      {"word inside text", "re:=?utf-8?q?a?=", "re:a"},
      {"blank in a word", "=?utf-8?q?a b?=", "a b"},
      {"unknown encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
      {"not closed", "=?utf-8?q?a", "=?utf-8?q?a"},
      {"language", "=?utf-8*ja?q?a?=", "a"},
      {"utf-8 called latin-1", "=?iso-8859-1?Q?Bo=C3=AEte?=", "Boîte"},
      {"latin-1", "=?iso-8859-1?Q?Bo=EEte?=", "Boîte"},
      {"raw bytes", "caf\xe9", "caf\xEF\xBF\xBD"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(mime::decode_words(c.value) == c.want);
  }
}

TEST_CASE("encoded words that never end cost no search each") {
  std::string open;
  for (int i = 0; i < 300'000; ++i) open += "=?a?q?x ";
  CHECK(mime::decode_words(open) == open.substr(0, open.size() - 1));
  const std::string marks(2'000'000, '?');
  CHECK(mime::decode_words("=?" + marks) == "=?" + marks);
  std::string blanks = "=?";
  for (int i = 0; i < 1'000'000; ++i) blanks += " x";
  CHECK(mime::decode_words(blanks) == blanks);
}

TEST_CASE("an encoded word that is far too long stays as it is") {
  const std::string text(1900, 'x');
  CHECK(mime::decode_words("=?utf-8?q?" + text + "?=") == text);
  const std::string word = "=?utf-8?q?" + std::string(3000, 'x') + "?=";
  CHECK(mime::decode_words(word) == word);
  CHECK(mime::decode_words(word + " =?utf-8?q?=41?=") == word + " A");
}

TEST_CASE("parse_content_type") {
  struct Case {
    const char* name;
    const char* value;
    const char* type;
    const char* parameter;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "Text/HTML; Charset=UTF-8", "text/html", "charset", "UTF-8"},
      {"quoted", "a/b; boundary=\"x y;z\"", "a/b", "boundary", "x y;z"},
      {"escaped quote", "a/b; name=\"x\\\"y\"", "a/b", "name", "x\"y"},
      {"comment", "text/plain (c;d=e); (x) charset=us-ascii (y)", "text/plain", "charset",
       "us-ascii"},
      {"unquoted value with specials", "multipart/mixed; boundary=a/b=c?d", "multipart/mixed",
       "boundary", "a/b=c?d"},
      {"continued", "a/b; name*0=\"one \"; name*1=two", "a/b", "name", "one two"},
      {"continued, wrong order", "a/b; name*1=two; name*0=one", "a/b", "name", "onetwo"},
      {"charset", "a/b; name*=utf-8''%e8%91%89", "a/b", "name", "葉"},
      {"charset and continued", "a/b; name*0*=utf-8''%e8%91; name*1*=%89; name*2=x", "a/b", "name",
       "葉x"},
      {"encoded word as met", "a/b; name=\"=?utf-8?b?6JGJ?=\"", "a/b", "name", "葉"},
      {"twice", "a/b; boundary=b1; boundary=b1", "a/b", "boundary", "b1"},
      {"twice, and not the same", "a/b; charset=utf-8; Charset=x", "a/b", "charset", "utf-8"},
      {"a section twice", "a/b; name*0=one; name*1=two; name*0=x; name*1=y", "a/b", "name",
       "onetwo"},
      {"a section missing", "a/b; name*0=one; name*2=three", "a/b", "name", "one"},
      {"charset and plain", "a/b; name*=utf-8''%e8%91%89; name=leaf", "a/b", "name", "葉"},
      {"plain and charset", "a/b; name=leaf; name*=utf-8''%e8%91%89", "a/b", "name", "葉"},
      {"plain and continued", "a/b; name=leaf; name*0=le; name*1=af", "a/b", "name", "leaf"},
      {"utf-8 called latin-1", "a/b; name*=iso-8859-1''Bo%C3%AEte", "a/b", "name", "Boîte"},
      {"encoded word twice", "a/b; name=\"=?utf-8?b?6JGJ?=\"; name=leaf", "a/b", "name", "葉"},
      {"no slash", "text", "text/plain", "charset", ""},
      {"empty", "", "text/plain", "charset", ""},
      {"only parameters", "; charset=utf-8", "text/plain", "charset", "utf-8"},
      {"value missing", "a/b; name=", "a/b", "name", ""},
      {"quote not closed", "a/b; name=\"x", "a/b", "name", "x"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = mime::parse_content_type(c.value);
    CHECK(got.type == c.type);
    CHECK(got.parameter(c.parameter) == c.want);
  }
}
