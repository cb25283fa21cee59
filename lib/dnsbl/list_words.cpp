#include "dnsbl/list_words.h"

#include "base/limits.h"
#include "base/text.h"

namespace hagaki::dnsbl {

std::string without_key(std::string text, const std::string& key) {
  if (key.empty()) return text;
  for (auto at = ascii_ifind(text, key); at != std::string::npos; at = ascii_ifind(text, key, at)) {
    text.replace(at, key.size(), "(key)");
    at += 5;
  }
  return text;
}

std::string words_of(const dns::Answer& answer, const std::string& key) {
  if (answer.status != dns::Status::Ok) return {};
  std::string text;
  for (const auto& record : answer.records) {
    if (!text.empty()) text += "; ";
    text += record.data;
    if (text.size() > limits::kDiagnostic) break;
  }
  // The key goes first: half of it, cut at the end, would not be known again.
  const auto clean = squeeze(to_valid_utf8(without_key(std::move(text), key)));
  return std::string(utf8_prefix(clean, limits::kDiagnostic));
}

}  // namespace hagaki::dnsbl
