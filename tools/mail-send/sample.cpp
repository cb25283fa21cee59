#include "sample.h"

#include <cassert>
#include <set>
#include <string>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "letter/address_plan.h"
#include "preflight/message.h"

using namespace hagaki;

namespace {

/// Names of fields that are addresses as a whole: "agent" of "Reply-To: {{agent}}".
std::set<std::string> whole_addresses(const letter::Template& message) {
  std::set<std::string> out;
  const auto note = [&out](const letter::MailboxPlan& mailbox) {
    std::string_view source = trim(mailbox.address.source());
    if (mailbox.address.names().size() != 1 || !source.starts_with("{{")) return;
    if (source.find('@') == std::string_view::npos) out.insert(mailbox.address.names().front());
  };
  for (const auto& mailbox : message.from()) note(mailbox);
  for (const char* name : {"Reply-To", "Sender"}) {
    const auto source = message.header_source(name);
    if (!source) continue;
    const auto mailboxes = letter::parse_mailboxes(*source, name, 1);
    if (!mailboxes) continue;
    for (const auto& mailbox : *mailboxes) note(mailbox);
  }
  return out;
}

/// Puts `value` under "provenance.ref" as an object in an object. What is there already stays.
void put(nlohmann::json& record, std::string_view name, const std::string& value) {
  nlohmann::json* place = &record;
  for (const std::string_view step : split(name, '.')) {
    if (place->is_string()) return;
    place = &(*place)[std::string(step)];
  }
  if (place->is_null()) *place = value;
}

}  // namespace

delivery::Recipient sample_recipient(const letter::Template& message, std::string_view ending) {
  const auto addresses = whole_addresses(message);
  const std::string email = fmt::format("{}reader{}@example.com", preflight::kPlaceholder, ending);
  nlohmann::json record = {{"email", email}};
  for (const std::string& name : message.names()) {
    if (name == ".") continue;
    std::string value = fmt::format("{}{}{}", preflight::kPlaceholder, name, ending);
    if (addresses.contains(name)) value += "@example.com";
    put(record, name, value);
  }
  auto address = Address::parse(email);
  assert(address);
  return {std::move(*address),
          record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}
