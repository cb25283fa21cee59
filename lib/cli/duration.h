#pragma once

#include <chrono>
#include <string>

namespace hagaki::cli {

/// A length of time for a person, in its two largest units: "45 s", "12 min 5 s", "3 h 20 min",
/// "2 d 4 h". Negative ones are "0 s".
std::string duration_text(std::chrono::seconds length);

}  // namespace hagaki::cli
