#include "dsn/service_events/event.h"

#include <cassert>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "address/address.h"
#include "base/embedded.h"
#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/verdict.h"

HAGAKI_EMBEDDED(service_events_json)

namespace hagaki::dsn::events {
namespace {

using Types = std::map<std::string, Type>;  // by "service/type" in lower case

Types read_types() {
  Types out;
  const Json whole = Json::parse(embedded::service_events_json, nullptr, false);
  assert(whole.is_object());
  for (const auto& [service, rows] : whole.items()) {
    for (const auto& [name, row] : member(rows, "types").items()) {
      const Json& own = member(row, "own");
      Type type{own.is_boolean() && own.get<bool>(), text(row, "reason"), text(row, "action")};
      assert(type.reason.empty() || reason::is_reason(type.reason));
      out.emplace(ascii_lower(service + '/' + name), std::move(type));
    }
  }
  return out;
}

/// The reply code 2xx that `words` begin with, or 0.
int success_code(std::string_view words) {
  const auto code = parse_unsigned(words.substr(0, 3), 299).value_or(0);
  return code >= 200 && (words.size() == 3 || words[3] == ' ' || words[3] == '-')
             ? static_cast<int>(code)
             : 0;
}

bool undecided(std::string_view reason) {
  return reason == "onhold" || reason == "undefined";
}

/// True for a rule that says less than the service, which has seen the whole dialogue: of those
/// that are asked last, behind the enhanced status codes, one for a reply code or vague words.
bool is_vague(const reason::Rules& rules, std::string_view id) {
  bool last = false;
  for (const auto& rule : rules.rows()) {
    last = last || (!rule.status.empty() && rule.status.front().starts_with("*."));
    if (rule.id == id) return last && rule.status.empty();
  }
  return false;
}

void judge_own(const Type& type, std::string_view words, const reason::Rules& rules, Recipient& r) {
  r.said_by = "service";
  // A status that the service sets as if a server had refused would pass for that server's word.
  r.status.clear();
  r.code = 0;
  r.reason =
      type.reason.empty() ? std::string(rules.judge({0, {}, words, {}, {}}).reason) : type.reason;
  r.hard = reason::is_hard(r.reason) && r.action == "failed";
}

void judge_remote(const Type& type, const std::string& words, const reason::Rules& rules,
                  Recipient& r) {
  std::string_view reply = words;
  if (is_success(r)) {
    const int code = success_code(words);
    if (r.code == 0) r.code = code;
    if (r.status.empty() && code != 0) r.status = std::string(leading_status(words.substr(3)));
  } else {
    reply = learn_from(words, r);
  }
  if (r.code != 0) r.said_by = "remote";
  judge(rules, nullptr, r, reply);
  if (is_success(r) || type.reason.empty()) return;
  // No address dies of a type where the server gave any other hint.
  if (undecided(r.reason) || (!reason::is_hard(type.reason) && is_vague(rules, r.rule))) {
    r.reason = type.reason;
    r.hard = reason::is_hard(r.reason) && r.action == "failed" && r.code / 100 != 4;
    r.rule.clear();
  }
}

}  // namespace

const Type& type_of(std::string_view service, std::string_view type) {
  static const Types types = read_types();
  static const Type none;
  const std::string head = ascii_lower(service) + '/';
  auto it = types.find(head + ascii_lower(type));
  if (it == types.end()) it = types.find(head + ascii_lower(type.substr(0, type.find('/'))));
  return it == types.end() ? none : it->second;
}

const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto it = object.find(key);
  return it == object.end() ? none : *it;
}

std::string text(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : std::string();
}

std::optional<Timestamp> time_of(const Json& value) {
  if (value.is_string()) return parse_rfc3339(value.get_ref<const std::string&>());
  if (!value.is_number()) return std::nullopt;
  const double seconds = value.get<double>();
  constexpr double kYear9999 = 253402300799.0;
  if (!(seconds >= 0 && seconds <= kYear9999)) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{std::llround(seconds * 1000)}};
}

std::string address_of(std::string_view value) {
  const auto address = bare_address(value);
  return address.find('@') == std::string_view::npos ? std::string() : std::string(address);
}

std::vector<std::string> texts(const Json& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.push_back(value.get<std::string>());
  if (!value.is_array()) return out;
  for (const auto& item : value) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

bool add_recipient(Said said, const Type& type, const reason::Rules& rules, Report& report) {
  Recipient r;
  r.email = r.final_recipient = address_of(said.recipient);
  if (r.email.empty()) return false;
  r.action = std::move(said.action);
  if (r.action.empty()) r.action = type.action;
  if (r.action.empty()) r.action = "failed";
  r.status = std::string(leading_status(said.status));
  if (said.code >= 200 && said.code <= 599 && said.code / 10 % 10 <= 5) r.code = said.code;
  r.remote_mta = std::move(said.remote_mta);
  r.diagnostic_type = type_before(said.words);
  const std::string words = one_line(without_type(said.words));
  if (type.own) {
    judge_own(type, words, rules, r);
  } else {
    judge_remote(type, words, rules, r);
  }
  r.diagnostic = words.empty() ? one_line(said.note) : words;
  report.kind = Kind::Bounce;
  report.recipients.push_back(std::move(r));
  return true;
}

bool add_named(const std::string& recipient, Report& report) {
  Recipient r;
  r.email = r.final_recipient = address_of(recipient);
  if (r.email.empty()) return false;
  report.recipients.push_back(std::move(r));
  return true;
}

void name_campaign(Report& report, const Json& named, std::string_view other) {
  for (const char* key : {"campaign", "campaign_name", "campaign_id"}) {
    const auto values = texts(member(named, key));
    if (report.campaign.empty() && !values.empty()) report.campaign = values.front();
  }
  if (report.campaign.empty()) report.campaign = other;
}

}  // namespace hagaki::dsn::events
