#include "html/text.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::html {
namespace {

TEST_CASE("HTML as plain text") {
  struct Case {
    const char* name;
    const char* html;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"nothing", "", ""},
      {"a word", "Hello", "Hello\n"},
      {"paragraphs", "<p>One</p><p>Two</p>", "One\n\nTwo\n"},
      {"a document",
       "<!doctype html><html><head><title>T</title><style>p{}</style></head><body>\n "
       "<p>One</p>\n</body></html>",
       "One\n"},
      {"blanks and line ends", "<p>One\n   two\t three</p>", "One two three\n"},
      {"inline elements keep words together", "<p>H<b>ell</b>o <i>you</i>.</p>", "Hello you.\n"},
      {"line breaks", "One<br>Two<br/><br>Three", "One\nTwo\n\nThree\n"},
      {"headings", "<h1>Title</h1>Text<h2>Next</h2>", "Title\n\nText\n\nNext\n"},
      {"divs are lines", "<div>One</div><div>Two</div>", "One\nTwo\n"},
      {"a list", "<p>Buy:</p><ul><li>Milk</li><li>Tea <b>now</b></li></ul><p>Thanks</p>",
       "Buy:\n\n- Milk\n- Tea now\n\nThanks\n"},
      {"a numbered list", "<ol><li>One<li>Two</ol>", "1. One\n2. Two\n"},
      {"lists in lists", "<ul><li>A<ul><li>B</li></ul></li><li>C</li></ul>", "- A\n  - B\n- C\n"},
      {"a link", "<a href=\"https://example.jp/a\">our shop</a>.",
       "our shop <https://example.jp/a>.\n"},
      {"a link that says itself", "<a href=\"https://example.jp/\">example.jp</a>", "example.jp\n"},
      {"a mail link", "<a href=\"mailto:a@example.jp\">a@example.jp</a>", "a@example.jp\n"},
      {"a picture that links", "<a href='https://example.jp/'><img alt='Our shop' src=x></a>",
       "Our shop <https://example.jp/>\n"},
      {"a link of nothing", "a<a href='https://example.jp/x'></a>b", "a <https://example.jp/x>b\n"},
      {"a link over several lines", "<a href=' https://example.jp/a\n\n\n\tb\r\n '>x</a>",
       "x <https://example.jp/ab>\n"},
      {"an anchor", "<a name=x>here</a> <a href='#x'>up</a>", "here up\n"},
      {"scripts are no links", "<a href='javascript:alert(1)'>x</a>", "x\n"},
      {"pictures", "<img src=a.png alt=\"A  cat\"><img src=spacer.gif>", "A cat\n"},
      {"entities", "a &amp; b &lt;c&gt; &copy; &#x8449;&#26360;", "a & b <c> © 葉書\n"},
      {"quotation", "<p>He:</p><blockquote><p>One</p><p>Two</p></blockquote><p>So.</p>",
       "He:\n\n> One\n\n> Two\n\nSo.\n"},
      {"preformatted", "<pre>a  b\n  c\n</pre>", "a  b\n  c\n"},
      {"numbers from elsewhere", "<ol start=3><li>a<li>b<li value=\"7\">c<li>d</ol>",
       "3. a\n4. b\n7. c\n8. d\n"},
      {"numbers below one", "<ol start=-1><li>a<li>b<li>c</ol>", "-1. a\n0. b\n1. c\n"},
      {"numbers that are none", "<ol start=x><li value=99999999999>a<li value=\"\">b</ol>",
       "1. a\n2. b\n"},
      {"values without numbers", "<ul><li value=5>a</ul>", "- a\n"},
      {"the largest number", "<ol start=2147483647><li>a<li>b</ol>",
       "2147483647. a\n2147483648. b\n"},
      {"a table",
       "<table><tr><td>Tea</td><td>300</td></tr><tr><td>Cake</td><td>500</td></tr></table>",
       "Tea  300\nCake  500\n"},
      {"a spacer before", "<table><tr><td></td><td>Tea</td></tr></table>", "Tea\n"},
      {"a spacer behind", "<table><tr><td>Tea</td><td> </td></tr></table>", "Tea\n"},
      {"a spacer between", "<table><tr><td>Tea</td><td></td><td>300</td></tr></table>",
       "Tea  300\n"},
      {"blanks at cells' ends", "<table><tr><td>Tea </td>\n<td> 300</td></tr></table>",
       "Tea  300\n"},
      {"a cell of blocks", "<table><tr><td>Tea</td><td><div>300</div></td></tr></table>",
       "Tea\n300\n"},
      {"a layout table", "<table><tr><td><p>One</p></td></tr><tr><td>Two</td></tr></table>",
       "One\n\nTwo\n"},
      {"hidden", "<div style=\"DISPLAY : none\">Preview</div><p hidden>x</p>Seen", "Seen\n"},
      {"a line", "One<hr>Two", "One\n\n----------------------------------------\n\nTwo\n"},
      {"comments", "a<!-- no -->b", "ab\n"},
      {"Outlook's conditions", "<!--[if mso]><p>Old</p><![endif]-->New", "New\n"},
      {"scripts", "<script>alert('x')</script>One<noscript>no</noscript>", "One\n"},
      {"Japanese", "<p>山田様<br>こんにちは。</p>", "山田様\nこんにちは。\n"},
      {"unclosed", "<div><p>One<p>Two", "One\n\nTwo\n"},
      {"closed twice", "</ul></li></table></blockquote></a></p>One", "One\n"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto text = to_text(c.html);
    REQUIRE(text);
    CHECK(*text == c.want);
  }
}

TEST_CASE("the text is bounded") {
  std::string html;
  for (int i = 0; i < 900; ++i) html += "<blockquote>";
  for (int i = 0; i < 100'000; ++i) html += "<br>x";
  const auto quoted = to_text(html);
  REQUIRE(quoted);
  CHECK(quoted->size() == 100'000 * (20 * 2 + 2));
  for (int i = 0; i < 900; ++i) html += "</blockquote>";
  CHECK(to_text(html + "End")->ends_with("> x\n\nEnd\n"));
  // A link opens again in each paragraph.
  html = "<p><a href=\"https://x.example/" + std::string(40'000, 'x') + "\">";
  for (int i = 0; i < 1'700; ++i) html += "x</p><p>";
  const auto links = to_text(html);
  REQUIRE(!links);
  CHECK(links.error().code == ErrorCode::Limit);
}

TEST_CASE("what is nested too deep is refused") {
  std::string html;
  struct Case {
    const char* name;
    const char* begin;
    const char* again;
    bool refused;
  };
  const Case cases[] = {
      {"opened only", "", "<b>", true},
      {"items and paragraphs are left open", "<ul>", "<li>x<p><br>", false},
      {"definitions, choices and heads are left open", "",
       "<dl><dt>x<dd>y</dl><table><th>x</table>", false},
      {"all closed", "", "<div><b>x</b></div>", false},
      {"something else closed", "", "<div></x>", true},
      {"what is closed was never counted", "", "<div></p>", true},
      {"formatting opens again in each paragraph", "", "<p><font size=1></p>", true},
      {"cells in a drawing are no cells", "<svg>", "<td>", true},
      {"drawings hold everything open", "<svg>", "<link>", true},
      {"a tag in a value", "", "<div title='</div>'>", true},
      {"a quote that is none", "", "<div a'b=c'>x</div>", false},
      {"text of a drawing", "<svg>", "<g><![CDATA[</g>]]>", true},
      {"comments", "", "<!-- <b> -->", false},
      {"two dashes in a comment", "", "<div><!-- -- </div>-->", true},
      {"a comment of another kind", "", "<div><? </div>", true},
      {"a declaration with a quote", "", "<!x='><div>'", true},
      {"a comment's end", "", "<div><!--</div>-->", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    html = c.begin;
    for (int i = 0; i < 20'000; ++i) html += c.again;
    CHECK(to_text(html).has_value() == !c.refused);
  }
}

}  // namespace
}  // namespace hagaki::html
