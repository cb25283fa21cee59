#include "dsn/sentences.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/head.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t kBefore = 60;     // bytes before an address that tell what it is
constexpr std::size_t kMaxLocal = 320;  // bytes of a local part looked at

/// How sure an address is the recipient, by the words before it; 0 = it is not.
int trust_by(std::string_view before) {
  constexpr std::string_view kCertain[] = {"rcpt to:", "rcpt to"};
  constexpr std::string_view kLikely[] = {
      " to",       " to:",         "address",      "address:",   "recipient", "recipient:",  "user",
      "user:",     "mailbox",      "mailbox:",     " for",       "for:",      "recipients:", "宛先",
      "宛先：",    "宛先:",        "宛",           "受信者",     "アドレス",  "アドレス：",  "an",
      "empfänger", "destinataire", "destinatario", "получатель", "收件人"};
  constexpr std::string_view kOthers[] = {
      "from",         "from:",        "sender",        "sender:",     "by",           " by:",
      "contact",      "reply-to:",    "return-path:",  "message-id:", "help",         "mail from:",
      "mail from",    "write to",     "send mail to",  "an email to", "an e-mail to", "email us at",
      "mail us at",   "report to",    "forward it to", "差出人",      "送信者",       "送信元",
      "問い合わせ先", "お問い合わせ", "問合せ先",      "absender",    "expéditeur",   "remitente",
      "mittente",     "отправитель",  "id:",           "in-reply-to:"};
  const auto ends = [&](std::string_view words) { return ascii_iends_with(before, words); };
  if (std::any_of(std::begin(kCertain), std::end(kCertain), ends)) return 3;
  if (std::any_of(std::begin(kOthers), std::end(kOthers), ends)) return 0;
  return std::any_of(std::begin(kLikely), std::end(kLikely), ends) ? 2 : 1;
}

bool is_helper(std::string_view address) {
  constexpr std::string_view kHelpers[] = {"postmaster@", "mailer-daemon@", "support@",
                                           "abuse@",      "helpdesk@",      "admin@",
                                           "noc@",        "security@"};
  return std::any_of(std::begin(kHelpers), std::end(kHelpers),
                     [&](auto h) { return ascii_istarts_with(address, h); });
}

/// The paragraph around `at` and the two behind it.
std::string_view around(std::string_view notice, std::size_t at) {
  const auto before = notice.rfind("\n\n", at);
  const std::size_t begin = before == npos ? 0 : before + 2;
  std::size_t end = notice.find("\n\n", at);
  for (int more = 0; more < 2 && end != npos; ++more) {
    end = notice.find("\n\n", notice.find_first_not_of("\n", end));
  }
  return notice.substr(begin, std::min(end, notice.size()) - begin)
      .substr(0, limits::kDiagnostic * 2);
}

}  // namespace

std::vector<Named> read_sentences(std::string_view notice, const std::vector<std::string>& ours) {
  std::unordered_set<std::string> own;
  for (const auto& address : ours) own.insert(ascii_lower(address));
  std::optional<std::string> best;
  std::size_t best_at = 0;
  int best_trust = 0;
  for (std::size_t at = notice.find('@'); at != std::string_view::npos && best_trust < 3;
       at = notice.find('@', at + 1)) {
    std::size_t begin = at;
    const std::size_t least = at > kMaxLocal ? at - kMaxLocal : 0;
    while (begin > least && is_local_char(notice[begin - 1])) --begin;
    std::size_t latin = begin;
    while (latin < at && is_cjk(notice[latin])) latin += 3;
    if (latin < at) begin = latin;
    const auto length = address_length(notice.substr(begin));
    if (length == 0) continue;
    const auto address = notice.substr(begin, length);
    if (own.contains(ascii_lower(address)) || is_helper(address)) continue;
    const std::size_t from = begin > kBefore ? begin - kBefore : 0;
    std::string before = squeeze(notice.substr(from, begin - from));
    while (!before.empty() && std::string_view("<\"'([ ").find(before.back()) != npos) {
      before.pop_back();
    }
    const int trust = trust_by(before);
    if (trust > best_trust) {
      best_trust = trust;
      best = std::string(address);
      best_at = begin;
    }
  }
  if (!best) return {};
  return {Named{*best, {}, squeeze(around(notice, best_at)), {}, {}}};
}

}  // namespace hagaki::dsn
