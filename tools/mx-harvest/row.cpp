#include "row.h"

#include <algorithm>

#include "address/address.h"
#include "records/json_text.h"
#include "records/line_writer.h"

using namespace hagaki;

namespace {

/// Takes the closing brace off, so that more can follow.
std::string opened(std::string json) {
  json.resize(json.rfind('}'));
  return json;
}

/// Adds `,"key":` or, where nothing stands before it, `"key":`.
void begin_member(std::string_view key, std::string& out) {
  if (!out.empty() && out.back() != '{') out += ',';
  records::append_json_string(key, out);
  out += ':';
}

void add_provenance(std::string_view ref, const Settings& settings, const Found& found,
                    std::string& out) {
  begin_member("provenance", out);
  records::LineWriter writer(out);
  writer.add("method", found.method).add("ref", ref).add("at", settings.at);
  writer.add("title", found.title);
  if (found.no_ads_notice) writer.add("no_ads_notice", *found.no_ads_notice);
  writer.end();
}

void add_consent(const harvest::Consent& consent, std::string& out) {
  begin_member("consent", out);
  records::LineWriter(out)
      .add("basis", consent.basis)
      .add("at", consent.at)
      .add("evidence", consent.evidence)
      .add("expires_at", consent.expires_at)
      .end();
}

void add_text(std::string_view key, std::string_view value, std::string& out) {
  if (value.empty()) return;
  begin_member(key, out);
  records::append_json_string(value, out);
}

/// A record that says of a domain where its mail goes, to be asked anew.
Result<Row> row_of_domain_record(const records::Line& line, std::string_view ref,
                                 const Settings& settings) {
  const auto domain = Domain::parse(line.string("domain").value_or(""));
  if (!domain) return tl::unexpected(domain.error());
  Row row = row_of_domain(domain->ascii(), ref);
  row.open_json = opened(settings.dns ? line.with({}, {"mx", "mx_status", "dnssec", "provider"})
                                      : std::string(line.raw()));
  row.wants_provider = settings.dns || !line.find("provider");
  row.recipients =
      static_cast<std::uint64_t>(std::max<std::int64_t>(line.integer("recipients").value_or(0), 0));
  return row;
}

}  // namespace

bool is_bad_row(const Error& problem) {
  return problem.code == ErrorCode::Syntax || problem.code == ErrorCode::Limit;
}

Row row_of(const harvest::Recipient& recipient, std::string_view ref, const Settings& settings,
           const Found& found) {
  Row row;
  auto& out = row.open_json;
  std::size_t size = 192 + recipient.email.size() + recipient.name.size() + ref.size();
  for (const auto& [key, value] : recipient.fields) size += key.size() + value.size() + 6;
  out.reserve(size);
  out += '{';
  add_text("email", recipient.email, out);
  add_text("name", recipient.name, out);
  for (const auto& [key, value] : recipient.fields) add_text(key, value, out);
  add_provenance(ref, settings, found, out);
  if (!recipient.consent.empty()) add_consent(recipient.consent, out);
  add_text("domain", recipient.domain, out);
  row.domain = recipient.domain;
  row.ref = ref;
  row.has_consent = !recipient.consent.basis.empty();
  row.no_ads_notice = found.no_ads_notice.value_or(false);
  if (settings.table) {
    row.email = recipient.email;
    row.name = recipient.name;
  }
  return row;
}

Result<Row> row_of(const records::Line& line, std::string_view ref, const Settings& settings) {
  if (line.type() == "domain") return row_of_domain_record(line, ref, settings);
  if (line.type() != "recipient") {
    return fail(ErrorCode::Syntax,
                "not a recipient but of type \"" + std::string(line.type()) + '"');
  }
  if (line.email().empty()) {
    return fail(ErrorCode::Syntax, line.find("email") ? "\"email\" holds no text" : "no \"email\"");
  }
  const auto address = Address::parse(line.email());
  if (!address) return tl::unexpected(address.error());
  const auto& domain = address->domain().ascii();
  const bool adds_consent = !settings.consent.empty() && !line.find("consent");
  std::string added;
  if (!line.find("provenance")) add_provenance(ref, settings, {}, added);
  if (adds_consent) add_consent(settings.consent, added);
  Row row;
  if (settings.dns) {
    add_text("domain", domain, added);
    row.open_json = opened(line.with(added, {"domain", "mx", "mx_status", "dnssec", "provider"}));
  } else if (line.string("domain") == domain) {
    row.open_json = opened(line.with(added));
  } else {
    add_text("domain", domain, added);
    row.open_json = opened(line.with(added, {"domain"}));
  }
  row.domain = domain;
  row.ref = ref;
  row.wants_provider = settings.dns || !line.find("provider");
  row.no_ads_notice = line.raw_member("provenance", "no_ads_notice") == "true";
  row.has_consent = adds_consent ? !settings.consent.basis.empty()
                                 : !line.member("consent", "basis").value_or("").empty();
  if (settings.table) {
    row.email = line.email();
    row.name = line.string("name").value_or("");
  }
  return row;
}

Row row_of_domain(std::string_view domain, std::string_view ref) {
  Row row;
  records::LineWriter(row.open_json).add("type", "domain").add("v", 1).add("domain", domain);
  row.domain = domain;
  if (!ref.empty()) row.ref = ref;
  row.bare_domain = true;
  row.recipients = 0;
  return row;
}
