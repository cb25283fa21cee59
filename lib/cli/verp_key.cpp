#include "cli/verp_key.h"

#include <utility>

#include "cli/secret.h"

namespace hagaki::cli {

Result<std::optional<verp::Key>> read_verp_key(const std::string& file) {
  const auto secret = read_secret({file, "HAGAKI_VERP_SECRET", "verp-key"});
  if (!secret) return tl::unexpected(secret.error());
  if (!*secret) return std::optional<verp::Key>();
  auto key = verp::Key::make(**secret);
  if (!key) {
    key.error().context = file.empty() ? "the key of return paths" : file;
    return tl::unexpected(key.error());
  }
  return std::optional<verp::Key>(std::move(*key));
}

}  // namespace hagaki::cli
