#include "rules/identity.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/one_width.h"
#include "rules/postal_address.h"

namespace hagaki::rules::identity_test {
namespace {

TEST_CASE("postal addresses") {
  struct Case {
    const char* name;
    const char* text;
    bool want;
  };
  const Case cases[] = {
      {"JP with postcode", "〒100-0001 東京都千代田区千代田1-1", true},
      {"JP full-width", "〒１００－０００１", true},
      {"JP postcode alone in words", "郵便番号 100-0001", true},
      {"JP prefecture and lot", "石川県金沢市広坂1-1-1", true},
      {"JP with kanji numerals", "大阪府大阪市北区梅田三丁目一番", true},
      {"JP designated city", "横浜市西区みなとみらい2-3", true},
      {"JP no lot", "東京都千代田区のお店へどうぞ", false},
      {"JP event", "大阪府堺市で5月に開催します", false},
      {"JP box", "金沢中央郵便局 私書箱第12号", true},
      {"JP other city, no prefecture", "ポイントは12月31日までお使いいただけます", false},
      {"US street", "1600 Amphitheatre Parkway, Mountain View", true},
      {"US avenue with ordinal", "350 5th Avenue, New York", true},
      {"US state and zip", "Springfield, IL 62704", true},
      {"US zip+4", "Washington DC 20500-0003", true},
      {"US box", "P.O. Box 123, Anytown", true},
      {"box without number", "your PO box is full", false},
      {"GB postcode", "London SW1A 2AA", true},
      {"GB street", "10 Downing Street", true},
      {"CA postcode", "Ottawa ON K1A 0B1", true},
      {"AU", "Sydney NSW 2000", true},
      {"DE", "Hauptstraße 5, 10115 Berlin", true},
      {"DE abbreviated", "Bahnhofstr. 12a", true},
      {"DE two words", "Berliner Allee 7", true},
      {"AT postcode", "A-1010 Wien", true},
      {"FR", "12 bis, rue de la Paix, 75002 Paris", true},
      {"FR boulevard", "1 Boulevard Haussmann", true},
      {"ES", "Calle Mayor 5, Madrid", true},
      {"IT", "Via Roma, 10", true},
      {"PT", "Rua Augusta 100", true},
      {"PT postcode", "1100-053 Lisboa", true},
      {"BR", "CEP 01310-100", true},
      {"NL", "Damrak 1, 1012 LG Amsterdam", true},
      {"NL street", "Keizersgracht 126", true},
      {"PL", "ul. Marszałkowska 10", true},
      {"PL postcode", "00-950 Warszawa", true},
      {"SE", "Drottninggatan 5", true},
      {"RU", "ул. Тверская, 7", true},
      {"CN", "上海市南京西路1266号", true},
      {"KR", "서울특별시 중구 세종대로 110", true},
      {"greeting", "Dear customer, thank you for your order", false},
      {"numbers in an ad", "Save 20 % on 3 places, only 5 days", false},
      {"ten best places", "Our 10 best places to stay", false},
      {"a price", "￥4,400（税込）", false},
      {"a date", "2026-11-21", false},
      {"via mail", "reply via mail within 5 days", false},
      {"a telephone", "Tel. 03-1234-5678", false},
      {"an order", "Bestellung 12345 vom 3. Mai", false},
      {"empty", "", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(has_postal_address(one_width(c.text)) == c.want);
  }
}

TEST_CASE("a line of many streets without numbers is read in one go") {
  std::string line;
  for (int i = 0; i < 300'000; ++i) line += "道路";
  CHECK_FALSE(has_postal_address(line));
  // What stands before the last street is no name: each number leads back to it.
  std::string numbered = "a";
  for (int i = 0; i < 100'000; ++i) numbered += "路1号";
  CHECK_FALSE(has_postal_address(numbered));
}

TEST_CASE("telephone numbers") {
  struct Case {
    const char* text;
    bool want;
  };
  const Case cases[] = {
      {"TEL 03-1234-5678", true},
      {"電話：０３−１２３４−５６７８", true},
      {"0120-123-456", true},
      {"+81 3 1234 5678", true},
      {"(212) 555-0100", true},
      {"1-800-555-0100", true},
      {"212-555-0100", true},
      {"020 7946 0958", true},
      {"01 23 45 67 89", true},
      {"Tel: 555 1234", true},
      {"Telefon 0 30 / 1234567", false},  // a slash is no part of E.123
      {"01-12-2026 10:00", false},
      {"2026-11-21", false},
      {"4,400", false},
      {"order 1234567890", false},
      {"100-0001", false},
      {"", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(has_telephone(one_width(c.text)) == c.want);
  }
}

TEST_CASE("what a campaign says of its sender") {
  struct Case {
    const char* name;
    CampaignText text;
    const char* want;  // of name, postal, contact: those that are there
  };
  const std::string postal = "〒100-0001 東京都千代田区千代田1-1\n";
  const std::string leave = "<https://shop.example/leave?who={{email|url}}>";
  const std::vector<std::string> all = {"sender_name", "postal_address", "contact"};
  const Case cases[] = {
      {"all", {"Shop", leave, {}, postal + "Tel. 03-1234-5678", ""}, "npc"},
      {"nothing", {"", leave, {}, "Hello", ""}, ""},
      {"name alone", {"Shop", leave, {}, "Hello", ""}, "n"},
      {"tags", {"", leave, {}, "{{sender_name}} {{postal_address}} {{contact}}", "", all}, "npc"},
      {"tags that nobody gives",
       {"", leave, {}, "{{sender_name}} {{postal_address}} {{contact}}", "", {"contact"}},
       "c"},
      {"a name by tag", {"{{sender_name}}", leave, {}, "Hello", "", all}, "n"},
      {"a name that nobody gives", {"{{ sender_name }}", leave, {}, "Hello", ""}, ""},
      {"a name of the record", {"{{clerk}}", leave, {}, "Hello", ""}, "n"},
      {"tags in HTML", {"", leave, {}, "", "<p>{{{postal_address}}}<br>{{&contact}}", all}, "pc"},
      {"tags in a table",
       {"",
        leave,
        {},
        "",
        "<table>{{#postal_address}}<tr><td>{{.}}{{/postal_address}}</table>",
        all},
       "p"},
      {"tags in a comment",
       {"", leave, {}, "", "<!-- {{sender_name}} {{postal_address}} {{contact}} --><p>Hi", all},
       ""},
      {"tags in attributes",
       {"",
        leave,
        {},
        "",
        "<p title='{{contact}}'><a href='https://shop.example/leave?q={{postal_address}}'>Hi</a>",
        all},
       ""},
      {"a link to the contact",
       {"", leave, {}, "", "<a href='mailto:{{contact}}'>Write to us</a>", all},
       "c"},
      {"tags hidden",
       {"", leave, {}, "", "<div style='display:none'>{{postal_address}} {{contact}}</div>Hi", all},
       ""},
      {"tags with lines",
       {"", leave, {}, "{{#postal_address}}{{.}}{{/postal_address}}", "", all},
       "p"},
      {"tags that say not", {"", leave, {}, "{{^contact}}none{{/contact}}", "", all}, ""},
      {"another's tags", {"", leave, {}, "{{contact_name}} {{my_postal_address}}", "", all}, ""},
      {"a mail address", {"Shop", leave, {}, "Write to help@shop.example.", ""}, "nc"},
      {"the recipient's address", {"Shop", leave, {}, "You are {{email}}", ""}, "n"},
      {"a URL", {"Shop", leave, {}, "https://shop.example/contact", ""}, "nc"},
      {"the way out", {"Shop", leave, {}, "https://shop.example/leave?who={{email|url}}", ""}, "n"},
      {"the way out by mail",
       {"Shop", "<mailto:leave@shop.example>", {}, "Mail leave@shop.example", ""},
       "n"},
      {"another way out", {"Shop", leave, {}, "https://shop.example/unsubscribe/1", ""}, "n"},
      {"called so", {"Shop", leave, {}, "Unsubscribe: https://shop.example/x", ""}, "n"},
      {"called so in Japanese",
       {"Shop", leave, {}, "配信停止はこちら https://shop.example/x", ""},
       "n"},
      {"a link in HTML",
       {"Shop", leave, {}, "", "<a href=\"https://shop.example/\">Shop</a>"},
       "nc"},
      {"the way out in HTML",
       {"Shop", leave, {}, "", "<p><a href='https://shop.example/leave?who={{email}}'>Leave</a>"},
       "n"},
      {"HTML", {"Shop", leave, {}, "", "<style>p{}</style><p>&#12306;100-0001<br>&#x3012;"}, "np"},
      {"hidden in HTML",
       {"Shop",
        leave,
        {},
        "",
        "<head><title>10 Downing Street</title></head><!-- " + postal + " -->x"},
       "n"},
      {"a way out by path",
       {"Shop", "<https://shop.example/leave/{{id}}>", {}, "https://shop.example/leave/{{id}}", ""},
       "n"},
      {"a picture's name", {"Shop", leave, {}, "logo@2x.png", ""}, "n"},
      {"a mail address with an umlaut",
       {"Shop", leave, {}, "Mail an info@bücher.example.", ""},
       "nc"},
      {"a mail address in Japanese",
       {"Shop", leave, {}, "連絡先はhelp@shop.exampleまで", ""},
       "nc"},
      {"a picture is no contact",
       {"Shop", leave, {}, "", "<img src=\"https://shop.example/logo.png\">"},
       "n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const Identity found = find_identity(c.text);
    std::string got;
    if (found.name) got += 'n';
    if (found.postal) got += 'p';
    if (found.contact) got += 'c';
    CHECK(got == c.want);
  }
}

TEST_CASE("faults of a campaign") {
  struct Case {
    const char* name;
    const char* list_unsubscribe;
    const char* post;
    const char* body;
    bool ask;
    const char* want;
  };
  constexpr const char* kPost = "List-Unsubscribe=One-Click";
  constexpr const char* kBody = "〒100-0001 help@shop.example";
  const Case cases[] = {
      {"none", "<https://shop.example/u>", kPost, kBody, true, ""},
      {"and a mailto", "<mailto:u@shop.example>, <HTTPS://shop.example/u>", kPost, kBody, true, ""},
      {"the campaign's link", "<{{unsubscribe_url}}>", kPost, kBody, true, ""},
      {"the same, with others", "<mailto:a@b>, <{{{ unsubscribe_url }}}>", kPost, kBody, true, ""},
      {"part of a URI", "<http://{{unsubscribe_url}}>", kPost, kBody, true, "no-one-click "},
      {"a filter", "<{{unsubscribe_url|url}}>", kPost, kBody, true, "no-one-click "},
      {"a record's URI", "<{{leave_url}}>", kPost, kBody, true, "no-one-click "},
      {"https with a record's field", "<https://{{place}}/u>", kPost, kBody, true, ""},
      {"no headers", nullptr, nullptr, kBody, true, "no-one-click "},
      {"no post", "<https://shop.example/u>", nullptr, kBody, true, "no-one-click "},
      {"another post", "<https://shop.example/u>", "yes", kBody, true, "no-one-click "},
      {"only mailto", "<mailto:u@shop.example>", kPost, kBody, true, "no-one-click "},
      {"only http", "<http://shop.example/u>", kPost, kBody, true, "no-one-click "},
      {"nobody", "<https://shop.example/u>", kPost, "Hello", true, "no-sender-identity "},
      {"no address", "<https://shop.example/u>", kPost, "help@shop.example", true,
       "no-sender-identity "},
      {"no contact", "<https://shop.example/u>", kPost, "〒100-0001", true, "no-sender-identity "},
      {"not asked", "<https://shop.example/u>", kPost, "Hello", false, ""},
      {"both", nullptr, nullptr, "Hello", true, "no-one-click no-sender-identity "},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CampaignText text;
    text.from_name = "Shop";
    if (c.list_unsubscribe != nullptr) text.list_unsubscribe = c.list_unsubscribe;
    if (c.post != nullptr) text.list_unsubscribe_post = c.post;
    text.plain = c.body;
    text.given = {"unsubscribe_url"};
    std::string got;
    for (const Refusal& fault : campaign_faults(text, c.ask)) got += std::string(fault.name) + ' ';
    CHECK(got == c.want);
  }
}

TEST_CASE("the campaign's link, where it has none") {
  CampaignText text;
  text.list_unsubscribe = "<{{unsubscribe_url}}>";
  text.list_unsubscribe_post = "List-Unsubscribe=One-Click";
  CHECK_FALSE(has_one_click(text));
}

}  // namespace
}  // namespace hagaki::rules::identity_test
