#include "dsn/reading.h"

#include "base/limits.h"
#include "base/text.h"
#include "dsn/verdict.h"

namespace hagaki::dsn {

std::string Reading::words_for_all() const {
  return one_line(utf8_prefix(notice.text, 4 * limits::kDiagnostic));
}

std::vector<std::string> Reading::own_addresses() const {
  std::vector<std::string> ours;
  const auto add = [&](const mime::Headers& headers, const char* name) {
    for (auto& address : mime::addresses_of(headers.get(name))) ours.push_back(std::move(address));
  };
  for (const char* name : {"from", "to", "delivered-to", "x-original-to"}) {
    add(message.headers(), name);
  }
  for (const char* name : {"from", "sender", "reply-to", "return-path"}) {
    add(notice.returned, name);
  }
  return ours;
}

}  // namespace hagaki::dsn
