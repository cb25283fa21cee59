#include "story.h"

#include <array>

#include <fmt/core.h>

#include "base/text.h"
#include "evidence.h"
#include "reason/explain.h"
#include "records/object.h"
#include "rules/prune.h"

using namespace hagaki;

namespace {

using Kept = store::History::Kept;

/// A member of evidence, and what people call it.
struct Label {
  const char* key;
  const char* word;
};

/// What is said in one language; {} is filled in.
struct Words {
  const char* may_be_mailed;
  const char* no_mail;
  const char* marked;
  const char* until;
  const char* nothing_known;
  const char* erased;
  const char* no_date;
  const char* delivered;
  const char* failed;
  const char* bounced;
  const char* feedback;
  const char* unsubscribe;
  const char* reinstated;
  const char* campaign;
  const char* why;
  const char* to_do;
  const char* way_back;
  const char* back_by_hand;
  const char* back_by_wish;
  const char* back_by_time;
  const char* back_by_list;
  const char* back_by_mending;
  std::array<Label, 7> evidence;
};

constexpr Words kEnglish = {
    "{} may be mailed.\n",
    "{} gets no mail, by the rule {}",
    "{} may be mailed, and is marked by the rule {}",
    ", until {}",
    "Nothing is known of it: no mail, and nothing that came back.\n",
    "It was erased on request. What is left is a hash, so that it gets no mail.\n",
    "no date   ",
    "The mail was taken.",
    "The mail was refused at once.",
    "The mail came back.",
    "A complaint or wish came through the provider.",
    "The person asked for no more mail.",
    "Reinstated by hand: what failed before is void.",
    " Campaign: {}.",
    "Why: {}\n",
    "What to do: {}\n",
    "What brings it back: {}\n",
    "a later delivery that does not come back, or, once you know that the address is right:\n"
    "  list-prune --history {} --reinstate {}\n",
    "only the person's own wish. Once you have that in writing:\n"
    "  list-prune --history {} --reinstate {}\n",
    "nothing needs doing; it is tried again with the first mailing after that time. Sooner:\n"
    "  list-prune --history {} --reinstate {}\n",
    "taking its entry out of the suppression list.\n",
    "mending what the rule found wrong, on the list or in the policy.\n",
    {{{"error", "Wrong"},
      {"mx_status", "Its domain"},
      {"domain", "Domain"},
      {"entry", "Entry"},
      {"where", "Stands at"},
      {"summary", "Block"},
      {"suggestion", "Suggestion"}}},
};

constexpr Words kJapanese = {
    "{} には送信できます。\n",
    "{} には送信しません(規則: {})",
    "{} には送信できますが、印が付きます(規則: {})",
    "。{} まで",
    "このアドレスについての記録はありません。送信も返送もありません。\n",
    "ご請求により記録を消去しました。送信しないためのハッシュだけが残っています。\n",
    "日付不明  ",
    "メールは受け取られました。",
    "メールはその場で拒否されました。",
    "メールは返送されました。",
    "プロバイダーを通じて苦情または停止の希望が届きました。",
    "ご本人が配信停止を希望されました。",
    "手作業で配信を再開しました。それ以前のエラーは数えません。",
    "(キャンペーン: {})",
    "理由: {}\n",
    "対応: {}\n",
    "再開の方法: {}\n",
    "その後のメールが返送されずに届くこと。アドレスが正しいと確認できたときは、次のようにします。\n"
    "  list-prune --history {} --reinstate {}\n",
    "ご本人の希望だけです。書面で確認できたときは、次のようにします。\n"
    "  list-prune --history {} --reinstate {}\n",
    "何もする必要はありません。その日時の後の配信で再び送信します。早めるには次のようにします。\n"
    "  list-prune --history {} --reinstate {}\n",
    "停止リストから取り除いてください。\n",
    "規則の指摘した点を、リストまたはポリシーで直してください。\n",
    {{{"error", "誤り"},
      {"mx_status", "ドメインの状態"},
      {"domain", "ドメイン"},
      {"entry", "登録内容"},
      {"where", "登録箇所"},
      {"summary", "ブロック"},
      {"suggestion", "候補"}}},
};

const Words& words_of(std::string_view lang) {
  return lang == "ja" ? kJapanese : kEnglish;
}

const char* what_happened(const Words& words, std::string_view what) {
  if (what == "failed") return words.failed;
  if (what == "bounced") return words.bounced;
  if (what == "feedback") return words.feedback;
  if (what == "unsubscribe") return words.unsubscribe;
  if (what == "reinstated") return words.reinstated;
  return words.delivered;
}

/// The words of a reply, from evidence: "550 5.1.1 no such user".
std::string reply_of(const std::string& evidence) {
  std::string out;
  read_evidence(evidence, [&](const records::Line& line) {
    const auto diagnostic = line.string("diagnostic").value_or(std::string_view());
    const auto add = [&](std::string_view text) {
      // A diagnostic mostly begins with the reply's code and status itself.
      if (text.empty() || diagnostic.find(text) != std::string_view::npos) return;
      out += (out.empty() ? "" : " ") + std::string(text);
    };
    if (const auto code = line.integer("code")) add(std::to_string(*code));
    add(line.string("status").value_or(std::string_view()));
    if (!diagnostic.empty()) out += (out.empty() ? "" : " ") + std::string(diagnostic);
  });
  return printable(out);
}

/// Whether the person, and not a server, ended it.
bool is_wish(const rules::Decision& decision) {
  return decision.rule == "stop.complaint" || decision.rule == "stop.unsubscribe";
}

/// Whether it is passed on all the same.
bool is_mark(const rules::Decision& decision) {
  return decision.action == rules::Action::Tag;
}

/// What a decision rests on beside the events, which are told above.
std::string evidence_text(const rules::Decision& decision, const Words& words) {
  std::string out;
  for (const auto& evidence : decision.evidence) {
    read_evidence(evidence, [&](const records::Line& line) {
      if (line.string("type").value_or("block") != "block") return;
      for (const auto& label : words.evidence) {
        const auto text = line.string(label.key);
        if (text) out += fmt::format("{}: {}\n", label.word, printable(*text));
      }
    });
  }
  return out;
}

const char* way_back(const Words& words, const Story& story) {
  const auto& decision = *story.decision;
  if (story.forgotten) return words.back_by_wish;
  if (decision.rule.starts_with("suppress.")) return words.back_by_list;
  if (!decision.rule.starts_with("stop.")) return words.back_by_mending;
  if (is_wish(decision)) return words.back_by_wish;
  return decision.action == rules::Action::Hold ? words.back_by_time : words.back_by_hand;
}

}  // namespace

std::string story_text(const Story& story, std::string_view lang) {
  const Words& words = words_of(lang);
  const auto email = printable(story.email);
  std::string out;
  if (!story.decision) {
    out = fmt::format(fmt::runtime(words.may_be_mailed), email);
  } else {
    out = fmt::format(fmt::runtime(is_mark(*story.decision) ? words.marked : words.no_mail), email,
                      story.decision->rule);
    if (story.decision->until) {
      out += fmt::format(fmt::runtime(words.until), format_rfc3339(*story.decision->until));
    }
    out += lang == "ja" ? "。\n" : ".\n";
  }
  out += '\n';
  if (story.forgotten) {
    out += words.erased;
  } else if (story.events.empty()) {
    out += words.nothing_known;
  }
  for (const auto& event : story.events) {
    out += event.time ? format_rfc3339(*event.time).substr(0, 10) : words.no_date;
    out += fmt::format("  {}", what_happened(words, event.what));
    if (!event.campaign.empty()) {
      out += fmt::format(fmt::runtime(words.campaign), printable(event.campaign));
    }
    if (!event.reason.empty()) out += fmt::format(" [{}]", printable(event.reason));
    out += '\n';
    const auto reply = event.evidence.empty() ? std::string() : reply_of(event.evidence);
    if (!reply.empty()) out += fmt::format("            {}\n", reply);
  }
  if (!story.decision) return out;
  out += '\n';
  // Of whom is forgotten there is nothing but the hash.
  if (!story.forgotten) out += evidence_text(*story.decision, words);
  const auto advisor = reason::Advisor::builtin(lang);
  if (const auto* advice = advisor.find(rules::advice_word(story.decision->rule))) {
    out += fmt::format(fmt::runtime(words.why), advice->cause);
    out += fmt::format(fmt::runtime(words.to_do), advice->remedy);
  }
  if (is_mark(*story.decision)) return out;
  const auto back = fmt::format(fmt::runtime(way_back(words, story)),
                                story.history.empty() ? "FILE" : printable(story.history), email);
  return out + fmt::format(fmt::runtime(words.way_back), trim(back));
}

std::string story_record(const Story& story, std::string_view lang) {
  records::Object out;
  out.add("type", "story").add("v", 1).add("email", story.email);
  if (story.forgotten) out.add("forgotten", true);
  if (story.decision) {
    out.add("rule", story.decision->rule);
    out.add("action", rules::name_of(story.decision->action));
    out.add("until", story.decision->until);
    if (!story.decision->evidence.empty()) {
      out.add_raw("evidence", rules::evidence_array(*story.decision));
    }
  }
  std::vector<records::Object> events;
  for (const auto& event : story.events) {
    records::Object one;
    one.add("event", event.what).add("time", event.time).add("campaign", event.campaign);
    one.add("reason", event.reason);
    if (!event.evidence.empty()) one.add_raw("evidence", event.evidence);
    events.push_back(std::move(one));
  }
  out.add("events", events);
  if (story.decision) {
    const auto advisor = reason::Advisor::builtin(lang);
    if (const auto* advice = advisor.find(rules::advice_word(story.decision->rule))) {
      out.add("cause", advice->cause).add("remedy", advice->remedy);
    }
  }
  return out.line();
}
