#include "admission.h"

#include <filesystem>

#include "base/digest.h"
#include "base/limits.h"
#include "cli/input.h"
#include "harvest/consent.h"
#include "records/object.h"
#include "rules/admission_texts.h"

using namespace hagaki;

namespace {

constexpr std::size_t kSeed = 16;  // octets

Result<rules::ConsentRules> consent_rules(const std::string& path) {
  if (path.empty()) return rules::ConsentRules::builtin();
  const auto text = cli::read_whole(path, limits::kDataFile);
  if (!text) return tl::unexpected<Error>(text.error());
  return rules::ConsentRules::parse(*text, path);
}

/// --assert-consent as it stands in events.
Result<std::string> assertion(const std::string& value, const rules::ConsentRules& known,
                              Timestamp now) {
  const std::string option = "--assert-consent";
  const auto consent = harvest::parse_consent(value, option);
  if (!consent) return tl::unexpected<Error>(consent.error());
  if (const auto fit = known.check_basis(consent->basis); !fit) {
    return fail(ErrorCode::Config, fit.error().message, option);
  }
  if (consent->expires_at && *consent->expires_at <= now) {
    return fail(ErrorCode::Config, "the consent expired at " + format_rfc3339(*consent->expires_at),
                option);
  }
  records::Object object;
  object.add("basis", consent->basis)
      .add("at", consent->at)
      .add("evidence", consent->evidence)
      .add("expires_at", consent->expires_at)
      .add("asserted", true);
  return object.line();
}

}  // namespace

rules::CampaignText campaign_text(const letter::Template& message, const CampaignValues& values) {
  const auto owned = [](std::optional<std::string_view> text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
  };
  rules::CampaignText out;
  if (!message.from().empty()) out.from_name = message.from().front().name.source();
  out.list_unsubscribe = owned(message.header_source("List-Unsubscribe"));
  out.list_unsubscribe_post = owned(message.header_source("List-Unsubscribe-Post"));
  for_each_text(message.body(), [&out](const letter::BodyPlan& part) {
    // What is derived from HTML shows no more than it.
    if (part.form == letter::BodyPlan::Form::Derived) return;
    (part.form == letter::BodyPlan::Form::Html ? out.html : out.plain) +=
        part.text->source() + '\n';
  });
  for (const auto& value : values.fixed) out.given.push_back(value.name);
  if (values.links.keys && values.links.web) out.given.emplace_back("unsubscribe_url");
  return out;
}

std::vector<rules::Refusal> campaign_faults(const Options& options, const letter::Template& message,
                                            const CampaignValues& values) {
  if (options.transactional) return {};
  return rules::campaign_faults(campaign_text(message, values), !options.no_sender_identity);
}

Result<Recipients::Settings> admission_settings(const Options& options,
                                                std::vector<rules::Refusal> faults) {
  rules::Admission::Settings admission;
  admission.now = now();
  admission.transactional = options.transactional;
  admission.allow_published = options.allow_published;
  admission.faults = std::move(faults);
  auto known = consent_rules(options.consent_rules);
  if (!known) return tl::unexpected<Error>(known.error());
  admission.consent = std::move(*known);
  Recipients::Settings settings;
  if (!options.assert_consent.empty()) {
    auto asserted = assertion(options.assert_consent, admission.consent, admission.now);
    if (!asserted) return tl::unexpected<Error>(asserted.error());
    settings.asserted = std::make_shared<const std::string>(std::move(*asserted));
    admission.asserted = true;
  }
  if (options.min_interval) {
    const auto folder = std::filesystem::path(options.journal).parent_path();
    auto recent = store::RecentMailings::read(
        folder.empty() ? "." : folder.string(), options.campaign,
        admission.now - *options.min_interval, rules::KeyHasher(random_bytes(kSeed)));
    if (!recent) return tl::unexpected<Error>(recent.error());
    settings.recent = std::move(*recent);
  }
  settings.admission = rules::Admission(std::move(admission));
  return settings;
}

std::string remedies(const std::map<std::string, std::uint64_t>& refused) {
  std::string out;
  for (const rules::AdmissionText& rule : rules::admission_texts("en")) {
    if (!refused.contains(rule.name)) continue;
    out += (out.empty() ? "" : "; ") + rule.name + ": " + rule.remedy;
  }
  return out;
}
