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
      {"the first address column is it", {"メール", "E-mail"}, {}, "email* alt_email"},
      {"a third address column", {"メール", "E-mail", "mail"}, {}, "email* alt_email mail"},
      {"second addresses alone", {"氏名", "E-mail 2 Address"}, {}, "name email*"},
      {"the second address before the first",
       {"予備メールアドレス", "メールアドレス"},
       {},
       "alt_email email*"},
      {"a second address, and the first by map",
       {"連絡先", "予備メールアドレス"},
       {"email=連絡先"},
       "email* alt_email"},
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

TEST_CASE("columns of address books and shops") {
  struct Case {
    const char* name;
    std::vector<std::string> header;
    const char* want;
  };
  const Case cases[] = {
      {"Outlook",
       {"First Name", "Last Name", "Company", "Department", "Job Title", "Business Street",
        "Business City", "Business State", "Business Postal Code", "Business Phone", "Mobile Phone",
        "E-mail Address", "E-mail Type", "E-mail 2 Address"},
       "given_name family_name company department title street city prefecture postal_code phone "
       "mobile email* e_mail_type alt_email"},
      {"Outlook in Japanese",
       {"姓", "名", "会社名", "部署", "役職", "番地 (会社)", "市区町村 (会社)", "都道府県 (会社)",
        "郵便番号 (会社)", "会社電話", "携帯電話", "電子メール アドレス", "電子メール 2 アドレス"},
       "family_name given_name company department title street city prefecture postal_code phone "
       "mobile email* alt_email"},
      {"Google",
       {"First Name", "Last Name", "Phonetic First Name", "Phonetic Last Name", "Organization Name",
        "Organization Title", "E-mail 1 - Label", "E-mail 1 - Value", "E-mail 2 - Label",
        "E-mail 2 - Value", "Phone 1 - Value"},
       "given_name family_name given_name_kana family_name_kana company title e_mail_1_label "
       "email* e_mail_2_label alt_email phone"},
      {"Google, as before",
       {"Name", "Given Name", "Family Name", "Given Name Yomi", "Family Name Yomi",
        "E-mail 1 - Value", "Organization 1 - Name"},
       "name given_name family_name given_name_kana family_name_kana email* company"},
      {"Salesforce",
       {"Contact ID", "First Name", "Last Name", "Account Name", "Title", "Mailing Street",
        "Mailing City", "Mailing State/Province", "Mailing Zip/Postal Code", "Phone", "Mobile",
        "Email"},
       "customer_id given_name family_name company title street city prefecture postal_code phone "
       "mobile email*"},
      {"Shopify",
       {"Customer ID", "First Name", "Last Name", "Email", "Default Address Company",
        "Default Address Address1", "Default Address City", "Default Address Province Code",
        "Default Address Zip", "Phone"},
       "customer_id given_name family_name email* company street city prefecture postal_code "
       "phone"},
      {"EC-CUBE",
       {"会員ID", "お名前(姓)", "お名前(名)", "お名前(セイ)", "お名前(メイ)", "会社名", "郵便番号",
        "都道府県", "住所1", "メールアドレス", "TEL", "誕生日"},
       "customer_id family_name given_name family_name_kana given_name_kana company postal_code "
       "prefecture street email* phone birthday"},
      {"BASE",
       {"氏(請求先)", "名(請求先)", "郵便番号(請求先)", "都道府県(請求先)", "住所(請求先)",
        "電話番号(請求先)", "メールアドレス(請求先)", "氏(配送先)"},
       "family_name given_name postal_code prefecture street phone email* 氏_配送先"},
      {"orders of a shop",
       {"注文者名", "注文者メールアドレス", "注文者電話番号", "購入者 郵便番号"},
       "name email* phone postal_code"},
      {"business cards",
       {"会社名", "部署名", "役職", "氏名", "e-mail", "郵便番号", "住所", "TEL会社", "携帯電話"},
       "company department title name email* postal_code street phone mobile"},
      {"accounting",
       {"取引先名", "担当者氏名", "メールアドレス", "CCメールアドレス"},
       "company name email* alt_email"},
  };
  const auto names = ColumnNames::builtin();
  REQUIRE(names);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(show(plan_columns(c.header, *names, {})) == c.want);
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
