// What holds for every text in which an unsubscribe token is looked for: see require() for each
// promise. The input is such a text; its first line besides a campaign and its second an address.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "address/unsubscribe_token.h"
#include "check.h"

using namespace hagaki;

namespace {

const unsubscribe::Keys& keys() {
  static const auto kKeys = *unsubscribe::Keys::make({"a key for fuzzing", "an older key of it"});
  return kKeys;
}

void check_reading(std::string_view text) {
  const auto found = keys().find(text);
  if (found) {
    require(unsubscribe::has_token(text), "what is found is there");
    // The older key's token is another one.
    const auto again = keys().open(keys().token(found->recipient, found->campaign));
    require(again && again->recipient.text() == found->recipient.text() &&
                again->campaign == found->campaign,
            "what was read is written as it was");
  }
  const auto opened = keys().open(text);
  require(!opened || found, "a token alone is found");
}

void check_writing(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return;
  const auto recipient = Address::parse(text.substr(end + 1));
  if (!recipient) return;
  const auto campaign = text.substr(0, end);
  const auto token = keys().token(*recipient, campaign);
  const auto back = keys().find("<https://example.jp/?token=" + token + ">");
  if (token.size() > 2000) return;  // longer than any that is read
  require(back && back->recipient.text() == recipient->text() && back->campaign == campaign,
          "who leaves what comes back");
  std::string other = token;
  char& last = other[other.size() / 2];
  last = last == 'A' ? 'B' : 'A';
  require(!keys().open(other), "a changed one is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_reading(text);
  check_writing(text);
  return 0;
}
