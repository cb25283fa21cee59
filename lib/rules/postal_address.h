#pragma once

#include <string_view>

namespace hagaki::rules {

/// Whether `text` (UTF-8, see one_width()) seems to hold a postal address, by the forms in
/// data/identity.toml. A guess: it knows some twenty countries, and may take other words for one.
bool has_postal_address(std::string_view text);

/// Whether it seems to hold a telephone number: behind a label, in international form (ITU-T
/// E.123), or grouped as national numbers are.
bool has_telephone(std::string_view text);

}  // namespace hagaki::rules
