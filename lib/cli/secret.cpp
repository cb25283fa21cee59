#include "cli/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/input.h"

namespace hagaki::cli {
namespace {

constexpr std::size_t kMaxSecretFile = 64u << 10;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> out;
  for (auto line : split(text, '\n')) {
    std::string token;
    bool quoted = false;
    for (std::size_t i = 0; i <= line.size(); ++i) {
      const char c = i < line.size() ? line[i] : ' ';
      if (c == '"' && (quoted || token.empty())) {
        quoted = !quoted;
      } else if (c == '\\' && i + 1 < line.size()) {
        token.push_back(line[++i]);
      } else if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
        if (!token.empty()) out.push_back(std::move(token));
        token.clear();
      } else if (!quoted && c == '#' && token.empty()) {
        break;
      } else {
        token.push_back(c);
      }
    }
  }
  return out;
}

/// The password of `user` at `host` in netrc; nothing where it has none.
Result<std::optional<std::string>> netrc_password(std::string_view host, std::string_view user) {
  std::string file = environment("NETRC");
  if (file.empty()) file = environment("HOME") + "/.netrc";
  const auto text = read_private(file);
  if (!text) {
    if (text.error().code == ErrorCode::NotFound) return std::optional<std::string>();
    return tl::unexpected(text.error());
  }
  const auto words = tokens(*text);
  std::string login;
  std::string password;
  bool matches = false;
  const auto complete = [&] { return matches && !password.empty() && login == user; };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool fallback = words[i] == "default";
    if (fallback || (words[i] == "machine" && i + 1 < words.size())) {
      if (complete()) return password;
      matches = fallback || ascii_iequals(words[++i], host);
      login.clear();
      password.clear();
    } else if (words[i] == "login" && i + 1 < words.size()) {
      login = words[++i];
    } else if (words[i] == "password" && i + 1 < words.size()) {
      password = words[++i];
    }
  }
  if (complete()) return password;
  return std::optional<std::string>();
}

/// All that the first source has which there is.
Result<std::optional<std::string>> source_text(const SecretSources& sources) {
  if (!sources.file.empty()) {
    auto text = read_private(sources.file);
    if (!text) return tl::unexpected(text.error());
    return std::optional(std::move(*text));
  }
  if (auto value = environment(sources.variable.c_str()); !value.empty()) return value;
  const auto directory = environment("CREDENTIALS_DIRECTORY");
  if (!directory.empty() && !sources.credential.empty()) {
    // systemd gives this folder to the service's user alone, whatever the files' modes are.
    auto text = read_whole(directory + "/" + sources.credential, kMaxSecretFile);
    if (text) return std::optional(std::move(*text));
    if (text.error().code != ErrorCode::NotFound) return tl::unexpected(text.error());
  }
  return std::optional<std::string>();
}

}  // namespace

Result<std::string> read_private(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) {
    return tl::unexpected(open_error(errno, path));
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::Denied, "others may read this file; it must have mode 0600", path);
  }
  return read_whole(path, kMaxSecretFile);
}

Result<std::optional<std::string>> read_secret(const SecretSources& sources) {
  auto text = source_text(sources);
  if (text && *text) return first_line(**text);
  return text;
}

Result<std::optional<std::vector<std::string>>> read_secrets(const SecretSources& sources) {
  const auto text = source_text(sources);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return std::optional<std::vector<std::string>>();
  std::vector<std::string> secrets;
  for (const auto line : split(**text, '\n')) {
    if (auto secret = first_line(line); !secret.empty()) secrets.push_back(std::move(secret));
  }
  if (secrets.empty()) return fail(ErrorCode::Config, "there is nothing in it", sources.file);
  return std::optional(std::move(secrets));
}

Result<std::string> find_password(std::string_view host, std::string_view user,
                                  const SecretSources& sources) {
  auto secret = read_secret(sources);
  if (!secret) return tl::unexpected(secret.error());
  if (*secret) return std::move(**secret);
  auto password = netrc_password(host, user);
  if (!password) return tl::unexpected(password.error());
  if (*password) return std::move(**password);
  return fail(ErrorCode::Config,
              fmt::format("no password for {} at {}: give --password-file, {} or a netrc entry",
                          user, host, sources.variable));
}

Result<void> check_one_host(const std::set<std::string>& hosts, std::string_view noun,
                            const SecretSources& sources) {
  if (hosts.size() < 2) return {};
  if (sources.file.empty()) {
    const auto secret = read_secret(sources);
    // What is wrong with a source shows when the password is asked for.
    if (!secret || !*secret) return {};
  }
  return fail(ErrorCode::Config,
              fmt::format("one password for {} {} would be shown to each of them: put their "
                          "passwords into ~/.netrc, and give neither --password-file nor {}",
                          hosts.size(), noun, sources.variable));
}

}  // namespace hagaki::cli
