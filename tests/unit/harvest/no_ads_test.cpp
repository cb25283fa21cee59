#include "harvest/no_ads.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::harvest {
namespace {

TEST_CASE("texts that ask for no advertising mail") {
  static constexpr const char* kCases[] = {
      "営業メールはお断りします",
      "営業メールは受信いたしません",
      "営業メール不要",
      "セールスメールは受信拒否とさせていただきます",
      "営業・広告メールの配信はおやめください",
      "営業のご連絡はご遠慮ください",
      "セールスはお断りいたします",
      "営業・勧誘・売り込み等のご連絡は固くお断り致します",
      "※営業目的でのご利用は固くお断りいたします",
      "営業メールは、当社の業務に支障をきたしますので、たいへん恐れ入りますが、固くお断りいたしま"
      "す",
      "特定電子メールの送信を拒否いたします",
      "広告宣伝メールの送信はご遠慮ください",
      "当フォームからの営業・勧誘はお断りしております",
      "迷惑メールはお断り",
      "ＤＭメールの送信を禁止します",
      "このアドレスへの宣伝はお控えください",
      "営業目的のメールは受け付けておりません",
      "商用メールお断り",
      "売り込みのメールには返信いたしません。売り込みは固くお断りします",
      "スパムメールを送らないでください",
      "営業メールNG",
      "営業のお問い合わせはお受けできません",
      "勧誘目的のお問合せは固くお断りします",
      "営業メールの送付は、ご遠慮いただきますようお願いいたします",
      "広告メール拒否",
      "ダイレクトメールの送信はおことわりいたします",
      "Please don’t send us unsolicited advertising",
      "We don’t want marketing",
      "We don’t accept unsolicited sales emails",
      "No spam!",
      "No cold emails",
      "Contact us (no spam please)",
      "No unsolicited commercial e-mail.",
      "Do not send advertising to this address",
      "This address must not be used for marketing purposes",
      "Unsolicited e-mail is not welcome",
      "Marketing messages to it will be deleted",
      "We do not accept sales enquiries by mail, and no solicitation emails",
      "Please refrain from sending commercial offers",
      "Advertising mail is prohibited",
      "We object to advertising",
      "Der Nutzung zu Werbezwecken wird widersprochen",
  };
  const auto notices = NoAdsNotices::builtin();
  REQUIRE(notices);
  for (const auto* text : kCases) {
    CAPTURE(text);
    CHECK(notices->stands_in(text));
    CHECK(notices->stands_in("ようこそ。" + std::string(text) + "。お電話もどうぞ。"));
  }
}

TEST_CASE("texts that speak of advertising, mail or refusals and ask for nothing") {
  static constexpr const char* kCases[] = {
      "営業時間は九時から十七時までです。メールはいつでもお受けします。電話はご遠慮ください",
      "営業日にメールで返信します 定休日のお電話はご遠慮ください",
      "迷惑メール対策でドメイン指定受信を設定し、拒否している方は解除してください",
      "迷惑メールフォルダをご確認ください。返信はご遠慮ください",
      "営業部へのメールは次のアドレスへ",
      "お問い合わせはメールでお願いします",
      "店内での喫煙は固くお断りします",
      "広告の掲載についてはメールでご相談ください",
      "メールマガジンの配信を希望しない方は解除してください",
      "ペットの同伴はご遠慮ください。ご予約はメールで",
      "営業所のメールは下記です。駐車はご遠慮ください",
      "お支払いのキャンセルはお受けできません",
      "We do not send marketing emails.",
      "We do not use your address for marketing.",
      "There are no sales offers at the moment",
      "Send us an email. We accept all cards.",
      "Our marketing team answers every message",
      "We never send spam",
      "Write to jane@nospam.example",
      "Sales: sales@example.com. No smoking!",
      "The sales manager is not in the office",
      "Commercial vehicles: mail us for an offer",
  };
  const auto notices = NoAdsNotices::builtin();
  REQUIRE(notices);
  for (const auto* text : kCases) {
    CAPTURE(text);
    CHECK_FALSE(notices->stands_in(text));
  }
}

TEST_CASE("a notice at the end of a long page") {
  const auto notices = NoAdsNotices::builtin();
  REQUIRE(notices);
  std::string page;
  while (page.size() < (5u << 20)) page += "本日のお知らせです。";
  CHECK_FALSE(notices->stands_in(page));
  // At every place of the piece in which it is looked for.
  const std::string notice = "営業メールはお断りします";
  for (const std::size_t at : {std::size_t{0}, std::size_t{1048560}, std::size_t{1048572}}) {
    std::string there(page);
    there.insert(at - at % 30, notice);
    CHECK(notices->stands_in(there));
  }
  CHECK(notices->stands_in(page + notice));
}

TEST_CASE("tables of notices that are none") {
  for (const char* text :
       {"", "[]", "{}", R"({"wordings":[{}]})", R"({"wordings":[{"words":[]}]})",
        R"({"wordings":[{"words":[["a"]]}]})", R"({"wordings":[{"words":[[1]],"within":3}]})",
        R"({"wordings":[],"harmless":"a"})", R"({"wordings":[],"harmless":[""]})"}) {
    CAPTURE(text);
    const auto table = NoAdsNotices::parse(text);
    REQUIRE_FALSE(table);
    CHECK(table.error().code == ErrorCode::Config);
  }
}

}  // namespace
}  // namespace hagaki::harvest
