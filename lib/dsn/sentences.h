#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsn/text_report.h"

namespace hagaki::dsn {

/// The address that a notice's sentences tell of, with its paragraph and the next two as words:
/// such as stand behind RCPT TO first, then behind "to", "recipient" and the like, then any that no
/// words around it make a sender, a helper or a host. Addresses in `ours` are passed over.
std::vector<Named> read_sentences(std::string_view notice, const std::vector<std::string>& ours);

}  // namespace hagaki::dsn
