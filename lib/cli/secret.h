#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::cli {

/// Where a secret may come from, asked in this order; none is ever argv.
struct SecretSources {
  std::string file;        ///< a 0600 file given by option: its first line; empty = not given
  std::string variable;    ///< environment variable, "HAGAKI_RELAY_PASSWORD"
  std::string credential;  ///< name under $CREDENTIALS_DIRECTORY (systemd.exec(5))
};

/// The secret, nothing where no source has one. Error::Denied when the file can be read by others,
/// errors as read_whole() has them when it cannot be read.
Result<std::optional<std::string>> read_secret(const SecretSources& sources);

/// The same for a source that may hold several, a line each: all lines that are not empty. A source
/// without any is Error::Config.
Result<std::optional<std::vector<std::string>>> read_secrets(const SecretSources& sources);

/// The bytes of a file that holds several secrets. Error::Denied when others than its owner may
/// read it, errors as read_whole() has them when it cannot be read.
Result<std::string> read_private(const std::string& path);

/// The password of `user` at `host`: from `sources`, else from netrc ($NETRC, or ~/.netrc).
/// Error::Config where nobody has it, with words that say where it may be put; Error::Denied when
/// others can read the file.
Result<std::string> find_password(std::string_view host, std::string_view user,
                                  const SecretSources& sources);

/// One password is for one host: Error::Config when `sources` hold one and there are several
/// `hosts` that it would be shown to. `noun` is what the message calls them, "hosts".
Result<void> check_one_host(const std::set<std::string>& hosts, std::string_view noun,
                            const SecretSources& sources);

}  // namespace hagaki::cli
