#include "harvest/columns.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {
namespace {

std::string show(const Result<ColumnPlan>& plan) {
  if (!plan) return "error";
  std::string out;
  for (std::size_t i = 0; i < plan->fields.size(); ++i) {
    if (i > 0) out += ' ';
    out += plan->fields[i];
    if (i == plan->email) out += '*';
  }
  return out;
}

}  // namespace

TEST_CASE("headers folded") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"E-mail", "email"},
      {" Mail_Address ", "mailaddress"},
      {"Ｅメール", "eメール"},
      {"メールアドレス（必須）", "メールアドレス"},
      {"氏　名", "氏名"},
      {"【必須】氏名", "必須氏名"},
      {"※お名前", "お名前"},
      {"(remark)", "remark"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(fold_header(c.input) == c.want);
  }
}

TEST_CASE("headers as names of template fields") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"Last Order", "last_order"},
      {"customerID", "customer_id"},
      {"URL", "url"},
      {"購入日 (最終)", "購入日_最終"},
      {"ポイント・残", "ポイント_残"},
      {"Ａ１", "a1"},
      {"--", ""},
      {"order2Date", "order2_date"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(snake_case(c.input) == c.want);
  }
}

TEST_CASE("columns by header") {
  struct Case {
    const char* name;
    std::vector<std::string> header;
    std::vector<std::string> map;
    const char* want;
  };
  const Case cases[] = {
      {"Japanese",
       {"会社名", "氏名", "メールアドレス", "電話番号"},
       {},
       "company name email* phone"},
      {"English",
       {"Email Address", "First Name", "Last Name"},
       {},
       "email* given_name family_name"},
      {"unknown ones keep their header",
       {"mail", "Last Order", "備考"},
       {},
       "email* last_order 備考"},
      {"the first address column is it", {"メール", "E-mail"}, {}, "email* e_mail"},
      {"no header", {"", "mail"}, {}, "column_1 email*"},
      {"twice the same", {"mail", "備考", "備考"}, {}, "email* 備考 備考_2"},
      {"records' own names",
       {"mail", "type", "mx", "Provider"},
       {},
       "email* type_column mx_column provider_column"},
      {"mapped by header", {"連絡先", "mail"}, {"email=連絡先"}, "email* mail"},
      {"mapped by number", {"連絡先", "氏名"}, {"email=1"}, "email* name"},
      {"mapped by folded header", {"Contact E-Mail"}, {"email=contact email"}, "email*"},
      {"another field mapped", {"mail", "宛名"}, {"name=宛名"}, "email* name"},
      {"no address column", {"氏名", "住所"}, {}, "error"},
      {"no such column", {"mail"}, {"name=宛名"}, "error"},
      {"number too high", {"mail"}, {"name=2"}, "error"},
      {"not FIELD=COLUMN", {"mail"}, {"name"}, "error"},
      {"a field that is ours", {"mail", "x"}, {"mx=x"}, "error"},
  };
  const auto names = ColumnNames::builtin();
  REQUIRE(names);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(show(plan_columns(c.header, *names, c.map)) == c.want);
  }
}

TEST_CASE("columns without header row") {
  CHECK(is_data_row({"山田", "taro@example.jp"}));
  CHECK_FALSE(is_data_row({"氏名", "メール", "@"}));
  CHECK(show(plan_without_header({"山田", "taro@example.jp"}, {})) == "column_1 email*");
  CHECK(show(plan_without_header({"山田", "taro@example.jp"}, {"name=1"})) == "name email*");
  CHECK(show(plan_without_header({"a@example.jp", "b@example.jp"}, {})) == "error");
  CHECK(show(plan_without_header({"a@example.jp", "b@example.jp"}, {"email=2"})) ==
        "column_1 email*");
}

TEST_CASE("a column table that is wrong is refused") {
  for (const char* json :
       {"", "[]", "{}", R"({"columns":[1]})", R"({"columns":[{"field":"x"}]})",
        R"({"columns":[{"field":"x","headers":[1]}]})",
        R"({"columns":[{"field":"x","headers":["a"]},{"field":"y","headers":["A"]}]})"}) {
    CAPTURE(json);
    CHECK_FALSE(ColumnNames::parse(json));
  }
}

}  // namespace hagaki::harvest
