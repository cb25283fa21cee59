#include "cli/message_keys.h"

#include <string_view>
#include <utility>

#include "cli/secret.h"

namespace hagaki::cli {
namespace {

/// The key that `make` finds in `secret`; an error of it names `file`, or what the key is `of`.
template <class Key, class Secret>
Result<std::optional<Key>> key_of(const Result<std::optional<Secret>>& secret,
                                  Result<Key> (*make)(const Secret&), const std::string& file,
                                  std::string_view of) {
  if (secret && !*secret) return std::optional<Key>();
  auto key = secret ? make(**secret) : Result<Key>(tl::unexpected(secret.error()));
  if (key) return std::optional<Key>(std::move(*key));
  auto& where = key.error().context;
  if (where.empty()) where = file.empty() ? "the key of " + std::string(of) : file;
  return tl::unexpected(key.error());
}

}  // namespace

Result<std::optional<verp::Key>> read_verp_key(const std::string& file) {
  return key_of<verp::Key, std::string>(
      read_secret({file, "HAGAKI_VERP_SECRET", "verp-key"}),
      [](const std::string& secret) { return verp::Key::make(secret); }, file, "return paths");
}

Result<std::optional<unsubscribe::Keys>> read_unsubscribe_keys(const std::string& file) {
  return key_of<unsubscribe::Keys, std::vector<std::string>>(
      read_secrets({file, "HAGAKI_UNSUBSCRIBE_SECRET", "unsubscribe-key"}), unsubscribe::Keys::make,
      file, "unsubscribe tokens");
}

}  // namespace hagaki::cli
