#pragma once

#include <string>

#include "rules/block_found.h"

namespace hagaki::rules {

/// "2,870 of 3,000 refused on 2026-11-20, 0.4 % before".
std::string block_summary(const BlockFound& block);

/// What a person is told of a block and can do about it, in one line: the summary, how many are
/// held until when, to try an address that is known, where to ask for release, and how to bring all
/// back.
std::string block_warning(const BlockFound& block);

/// A block as evidence, one JSON object: `receiver`, `day`, `refused`, `answers`, `summary`, and
/// `delist` where the receiver has a page for it.
std::string block_evidence(const BlockFound& block);

}  // namespace hagaki::rules
