#include "harvest/recipient.h"

#include <doctest/doctest.h>

#include "base/loose_time.h"

namespace hagaki::harvest {
namespace {

std::string show(const Result<Recipient>& recipient) {
  if (!recipient) return "error: " + recipient.error().message;
  std::string out = recipient->email + " (" + recipient->name + ")";
  for (const auto& [key, value] : recipient->fields) out += ' ' + key + '=' + value;
  if (!recipient->consent.basis.empty()) out += " basis:" + recipient->consent.basis;
  if (recipient->consent.at) out += " at:" + format_rfc3339(*recipient->consent.at);
  for (const auto& complaint : recipient->complaints) out += " !" + complaint;
  return out;
}

}  // namespace

TEST_CASE("rows to recipients") {
  struct Case {
    const char* name;
    std::vector<std::string> header;
    std::vector<std::string> cells;
    const char* want;
  };
  const Case cases[] = {
      {"two addresses",
       {"mail", "mail"},
       {"a@shop.example", "b@shop.example"},
       "a@shop.example () alt_email=b@shop.example"},
      {"only the second of two addresses",
       {"mail", "予備メール"},
       {"", "b@shop.example"},
       "b@shop.example ()"},
      {"two addresses in a cell, as Google has it",
       {"E-mail 1 - Value", "名"},
       {"a@shop.example ::: b@shop.example ::: c@shop.example", "太郎"},
       "a@shop.example () alt_email=b@shop.example given_name=太郎"},
      {"two addresses in a cell, with a semicolon",
       {"mail", "x"},
       {"a@shop.example; b@shop.example", "y"},
       "a@shop.example () alt_email=b@shop.example x=y"},
      {"three, with line ends",
       {"mail"},
       {"a@shop.example\nb@shop.example\nc@shop.example"},
       "a@shop.example () alt_email=b@shop.example !more than two addresses in the cell, not "
       "taken: "
       "\"c@shop.example\""},
      {"two where a second column is there",
       {"mail", "mail"},
       {"a@shop.example, b@shop.example", "c@shop.example"},
       "a@shop.example () alt_email=c@shop.example !more than one address in the cell, not taken: "
       "\"b@shop.example\""},
      {"a name with a comma", {"mail"}, {"\"Doe, Jane\" <a@shop.example>"}, "a@shop.example ()"},
      {"Excel's apostrophe", {"mail"}, {"'a@shop.example"}, "a@shop.example ()"},
      {"a dot behind the domain", {"mail"}, {"a@shop.example."}, "a@shop.example ()"},
      {"kana in two columns",
       {"mail", "セイ", "メイ"},
       {"a@shop.example", "ヤマダ", "タロウ"},
       "a@shop.example () family_name_kana=ヤマダ given_name_kana=タロウ name_kana=ヤマダ タロウ"},
      {"plain",
       {"氏名", "メール", "会社"},
       {"山田 太郎", " taro@example.jp ", "山田商店"},
       "taro@example.jp (山田 太郎) company=山田商店"},
      {"empty cells are unknown",
       {"mail", "x", "y"},
       {"a@example.jp", "", " z "},
       "a@example.jp () y=z"},
      {"ideographic and no-break blanks around",
       {"氏名", "mail"},
       {"山田　太郎　", "\u3000a@example.jp\u00a0"},
       "a@example.jp (山田　太郎)"},
      {"a short row", {"mail", "x"}, {"a@example.jp"}, "a@example.jp ()"},
      {"empty cells beyond the header", {"mail"}, {"a@example.jp", "", " "}, "a@example.jp ()"},
      {"cells beyond the header",
       {"mail"},
       {"a@example.jp", "x"},
       "error: 2 fields where the header has 1"},
      {"no address", {"mail", "x"}, {" ", "y"}, "error: no address"},
      {"row too short for it", {"x", "mail"}, {"y"}, "error: no address"},
      {"display name", {"mail"}, {"Taro <taro@example.jp>"}, "taro@example.jp ()"},
      {"family and given name",
       {"mail", "姓", "名"},
       {"a@example.jp", "山田", "太郎"},
       "a@example.jp (山田 太郎) family_name=山田 given_name=太郎"},
      {"family and given name, western",
       {"mail", "Last Name", "First Name"},
       {"a@example.jp", "Yamada", "Taro"},
       "a@example.jp (Taro Yamada) family_name=Yamada given_name=Taro"},
      {"half a name is none",
       {"mail", "姓", "名"},
       {"a@example.jp", "山田", ""},
       "a@example.jp () family_name=山田"},
      {"consent columns",
       {"mail", "同意", "同意日"},
       {"a@example.jp", "opt-in", "2024/5/1"},
       "a@example.jp () basis:opt-in at:2024-05-01T00:00:00.000Z"},
      {"a date that is none",
       {"mail", "同意日"},
       {"a@example.jp", "昨日"},
       "a@example.jp () !consent_at is no date: \"昨日\""},
      {"full-width",
       {"mail"},
       {"ａ＠example.jp"},
       "error: full-width characters in the address: \"ａ＠example.jp\""},
  };
  const auto names = ColumnNames::builtin();
  REQUIRE(names);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto plan = plan_columns(c.header, *names, {});
    REQUIRE(plan);
    const RowMapper mapper(*plan, {});
    CsvRecord record{c.cells, 1, {}};
    CHECK(show(mapper.map(record)) == c.want);
  }
}

TEST_CASE("consent of all, consent of one") {
  Consent all;
  all.basis = "customer";
  all.at = parse_loose_time("2026-04-01");
  const RowMapper mapper({{"email", "consent_basis", "consent_at"}, 0}, all);
  CsvRecord own{{"a@example.jp", "opt-in", ""}, 1, {}};
  CHECK(show(mapper.map(own)) == "a@example.jp () basis:opt-in");
  CsvRecord none{{"a@example.jp", "", ""}, 2, {}};
  CHECK(show(mapper.map(none)) == "a@example.jp () basis:customer at:2026-04-01T00:00:00.000Z");
  CsvRecord dated{{"a@example.jp", "", "2025-01-01"}, 3, {}};
  CHECK(show(mapper.map(dated)) == "a@example.jp () basis:customer at:2025-01-01T00:00:00.000Z");
}

TEST_CASE("the domain is an A-label, the address as given") {
  const auto recipient = bare_recipient("info@例え.JP", {});
  REQUIRE(recipient);
  CHECK(recipient->email == "info@例え.JP");
  CHECK(recipient->domain == "xn--r8jz45g.jp");
}

}  // namespace hagaki::harvest
