#include "table_words.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/time.h"

using namespace hagaki;

namespace {

/// "3 clean, 1 not judged (1 timed out)" and the like: what the outcome does not say already.
std::string parts_in_english(const Tally& tally, bool several) {
  std::string out;
  const auto add = [&out](std::size_t count, const char* name) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + ' ' + name;
  };
  if (several) add(tally.listed, "listed");
  add(tally.clean, "clean");
  add(tally.rated, "rated");
  add(tally.allowed, "allowed");
  if (tally.unjudged() == 0) return out;
  const auto judged = std::exchange(out, {});
  add(tally.refused, "refused");
  add(tally.errors, "in error");
  add(tally.timeouts, "timed out");
  return judged + (judged.empty() ? "" : ", ") + std::to_string(tally.unjudged()) +
         " not judged (" + out + ')';
}

std::string parts_in_japanese(const Tally& tally, bool several) {
  std::string out;
  const auto add = [&out](std::size_t count, const char* name) {
    if (count > 0)
      out += (out.empty() ? "" : "、") + std::string(name) + ' ' + std::to_string(count);
  };
  if (several) add(tally.listed, "登録あり");
  add(tally.clean, "登録なし");
  add(tally.rated, "評価");
  add(tally.allowed, "許可");
  if (tally.unjudged() == 0) return out;
  const auto judged = std::exchange(out, {});
  add(tally.refused, "回答拒否");
  add(tally.errors, "異常な回答");
  add(tally.timeouts, "無応答");
  return judged + (judged.empty() ? "" : "、") + "判定不能 " + std::to_string(tally.unjudged()) +
         " (" + out + ')';
}

std::string in_english(const Tally& tally, const std::string& target) {
  if (target.empty()) {
    return std::to_string(tally.targets_listed) + " of " + std::to_string(tally.targets) +
           " targets listed; of " + counted(tally.asked, "question");
  }
  if (tally.judged() == 0) {
    return target + " could not be judged by any of " + counted(tally.asked, "list");
  }
  if (tally.listed > 0) {
    return target + " is listed by " + std::to_string(tally.listed) + " of " +
           counted(tally.asked, "list");
  }
  if (tally.asked == 1) return target + " is not listed by the list asked";
  return target + " is listed by none of " + std::to_string(tally.asked) + " lists";
}

std::string in_japanese(const Tally& tally, const std::string& target) {
  const auto asked = std::to_string(tally.asked);
  if (target.empty()) {
    return std::to_string(tally.targets) + "件のうち" + std::to_string(tally.targets_listed) +
           "件が登録されています。問い合わせ" + asked + "件の内訳";
  }
  if (tally.judged() == 0) {
    return target + " は、問い合わせた" + asked + "リストのどれでも判定できませんでした";
  }
  if (tally.listed > 0) {
    return target + " は" + asked + "リストのうち" + std::to_string(tally.listed) +
           "リストに登録されています";
  }
  return target + " は、問い合わせた" + asked + "リストのどれにも登録されていません";
}

constexpr TableWords kInEnglish{
    .target = "TARGET",
    .result = "RESULT",
    .zone = "ZONE",
    .meaning = "MEANING",
    .rated = "rated",
    .allowed = "allowed",
    .clean = "clean",
    .listed = "listed",
    .refused = "refused",
    .error = "error",
    .timeout = "timeout",
    .fresh = "new",
    .still = "still",
    .delisted = "delisted",
    .pages = "About the listings, and how to end them:",
    .no_page = "no page known",
    .japanese = false,
};

constexpr TableWords kInJapanese{
    .target = "対象",
    .result = "結果",
    .zone = "ゾーン",
    .meaning = "内容",
    .rated = "評価",
    .allowed = "許可",
    .clean = "登録なし",
    .listed = "登録あり",
    .refused = "回答拒否",
    .error = "異常",
    .timeout = "無応答",
    .fresh = "新規登録",
    .still = "登録継続",
    .delisted = "解除済み",
    .pages = "登録の影響と解除の方法:",
    .no_page = "解除のページは不明",
    .japanese = true,
};

}  // namespace

std::string_view TableWords::of(const dnsbl::Listing& listing) const {
  switch (standing_of(listing)) {
    case Standing::Listed:
      if (listing.change == dnsbl::Change::New) return fresh;
      return listing.change == dnsbl::Change::Still ? still : listed;
    case Standing::Delisted:
      return delisted;
    case Standing::Rated:
      return rated;
    case Standing::Allowed:
      return allowed;
    case Standing::Clean:
      return clean;
    case Standing::Unjudged:
      break;
  }
  switch (listing.verdict.outcome) {
    case dnsbl::Outcome::Refused:
      return refused;
    case dnsbl::Outcome::Timeout:
      return timeout;
    default:
      return error;
  }
}

std::string TableWords::meaning_of(const dnsbl::Listing& listing, const std::string& said) const {
  if (listing.change == dnsbl::Change::None || listing.change == dnsbl::Change::New) return said;
  const auto day = format_rfc3339(listing.since).substr(0, 10);
  if (listing.change == dnsbl::Change::Delisted) {
    return japanese ? day + " から登録されていました" : "was listed since " + day;
  }
  return (japanese ? day + " から: " : "since " + day + ": ") + said;
}

std::string TableWords::changes(const ChangeCount& count) const {
  if (count.fresh + count.delisted + count.still == 0) return {};
  const auto fresh_text = std::to_string(count.fresh);
  const auto gone = std::to_string(count.delisted);
  const auto as_before = std::to_string(count.still);
  if (japanese) {
    return "前回から: 新規登録 " + fresh_text + "、解除 " + gone + "、登録継続 " + as_before + "。";
  }
  return "Since the last run: " + fresh_text + " newly listed, " + gone + " delisted, " +
         as_before + " still listed.";
}

std::string TableWords::targets(std::size_t count) const {
  return std::to_string(count) + (japanese ? "件" : " targets");
}

std::string TableWords::some_of(const std::vector<std::string>& names, std::size_t most) const {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    out += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() <= most) return out;
  const auto rest = std::to_string(names.size() - most);
  return out + (japanese ? " ほか" + rest + "件" : " and " + rest + " more");
}

std::string TableWords::left_out(std::size_t count) const {
  if (japanese) return "ほか" + std::to_string(count) + "件 (--json ですべて表示)";
  return "and " + counted(count, "more listing") + " (--json shows all)";
}

std::string TableWords::outcome(const Tally& tally, const std::string& only) const {
  const auto said = japanese ? in_japanese(tally, only) : in_english(tally, only);
  const std::string stop = japanese ? "。" : ".";
  if (!only.empty() && tally.clean == tally.asked) return said + stop;
  const auto parts =
      japanese ? parts_in_japanese(tally, only.empty()) : parts_in_english(tally, only.empty());
  return parts.empty() ? said + stop : said + ": " + parts + stop;
}

const TableWords& table_words(std::string_view language) {
  return language == "ja" ? kInJapanese : kInEnglish;
}
