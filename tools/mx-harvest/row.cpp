#include "row.h"

#include "address/address.h"
#include "records/object.h"

using namespace hagaki;

namespace {

/// Takes the closing brace off, so that more can follow.
std::string opened(std::string json) {
  json.resize(json.rfind('}'));
  return json;
}

records::Object provenance(std::string_view ref, const Settings& settings) {
  records::Object out;
  out.add("method", "import").add("ref", ref).add("at", settings.at);
  return out;
}

records::Object consent_object(const harvest::Consent& consent) {
  records::Object out;
  out.add("basis", consent.basis)
      .add("at", consent.at)
      .add("evidence", consent.evidence)
      .add("expires_at", consent.expires_at);
  return out;
}

}  // namespace

Row row_of(const harvest::Recipient& recipient, std::string_view ref, const Settings& settings) {
  records::Object object;
  object.add("email", recipient.email).add("name", recipient.name);
  for (const auto& [key, value] : recipient.fields) object.add(key, value);
  object.add("provenance", provenance(ref, settings));
  if (!recipient.consent.empty()) object.add("consent", consent_object(recipient.consent));
  object.add("domain", recipient.domain);
  return {opened(object.line()), recipient.domain, recipient.email, recipient.name, true,
          std::string(ref)};
}

Result<Row> row_of(const records::Line& line, std::string_view ref, const Settings& settings) {
  if (line.type() != "recipient") {
    return fail(ErrorCode::Syntax,
                "not a recipient but of type \"" + std::string(line.type()) + '"');
  }
  const auto address = Address::parse(line.email());
  if (!address) return tl::unexpected(address.error());
  records::Object added;
  if (!line.find("provenance")) added.add("provenance", provenance(ref, settings));
  if (!settings.consent.empty() && !line.find("consent")) {
    added.add("consent", consent_object(settings.consent));
  }
  added.add("domain", address->domain().ascii());
  Row row;
  row.open_json =
      opened(settings.dns
                 ? line.with(added.fragment(), {"domain", "mx", "mx_status", "dnssec", "provider"})
                 : line.with(added.fragment(), {"domain"}));
  row.domain = address->domain().ascii();
  row.email = line.email();
  row.name = line.string("name").value_or("");
  row.ref = ref;
  row.wants_provider = settings.dns || !line.find("provider");
  return row;
}

Row row_of_domain(std::string_view domain) {
  records::Object object;
  object.add("type", "domain").add("v", 1).add("domain", domain);
  return {opened(object.line()), std::string(domain), {}, {}, true, std::string(domain)};
}
