#pragma once

#include <string_view>

#include "delivery/campaign.h"
#include "letter/template.h"

/// A recipient who stands for all: each field that `message` uses shows its own name, behind
/// preflight::kPlaceholder and with `ending`, so that several samples differ. Where a field is a
/// whole address, so is what it shows.
hagaki::delivery::Recipient sample_recipient(const hagaki::letter::Template& message,
                                             std::string_view ending);
