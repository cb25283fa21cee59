#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "campaign_fields.h"
#include "letter/template.h"
#include "options.h"
#include "recipients.h"
#include "rules/identity.h"

/// What the rules of admission look at in a template and in what the campaign gives to it.
hagaki::rules::CampaignText campaign_text(const hagaki::letter::Template& message,
                                          const CampaignValues& values);

/// What the campaign itself lacks, by the options given: nothing for one that is --transactional.
std::vector<hagaki::rules::Refusal> campaign_faults(const Options& options,
                                                    const hagaki::letter::Template& message,
                                                    const CampaignValues& values);

/// The settings of Recipients that say who may be mailed: --consent-rules, --assert-consent,
/// --allow-published, --transactional and --min-interval, and the campaign's faults. Error::Config
/// for what stands wrong in a file or cannot be asserted; errors of a journal name it.
hagaki::Result<Recipients::Settings> admission_settings(const Options& options,
                                                        std::vector<hagaki::rules::Refusal> faults);

/// What to do about recipients that were refused, by the rules' names: one line that names options.
std::string remedies(const std::map<std::string, std::uint64_t>& refused);
