#pragma once

#include <string>

#include "delivery/campaign.h"

/// `message` for a person at a terminal: envelope sender, header and text decoded, then its parts
/// with their sizes. Safe for a terminal; ends in a line end.
std::string readable(const hagaki::delivery::Message& message);
