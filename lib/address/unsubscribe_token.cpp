#include "address/unsubscribe_token.h"

#include <algorithm>
#include <cassert>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/text.h"

namespace hagaki::unsubscribe {
namespace {

constexpr std::size_t kTag = 16;     // octets
constexpr std::size_t kBlock = 32;   // octets of one HMAC
constexpr std::size_t kMost = 2000;  // octets of a token behind its dot, twice the longest
constexpr std::size_t kFew = 22;     // of a tag alone, in base64
constexpr int kTries = 4;            // places of a text that are looked at
constexpr std::string_view kName = "hu";

/// Where a token of any version begins in `text`, as "hu", digits, "." and enough behind it; npos
/// where none does.
std::size_t find_start(std::string_view text, std::size_t from = 0) {
  for (auto at = text.find(kName, from); at != std::string_view::npos;
       at = text.find(kName, at + 1)) {
    const auto dot = text.find_first_not_of("0123456789", at + kName.size());
    if (dot == std::string_view::npos) return dot;
    if (dot == at + kName.size() || dot > at + kName.size() + 3 || text[dot] != '.') continue;
    const auto rest = text.substr(dot + 1, kFew);
    if (rest.size() == kFew && std::all_of(rest.begin(), rest.end(), [](char c) {
          return is_token_character(c) || is_white(c);
        })) {
      return at;
    }
  }
  return std::string_view::npos;
}

/// The token at the start of `text`: its name, version, dot and all that may stand behind it.
std::string_view run_at_start(std::string_view text) {
  auto end = text.find('.') + 1;
  while (end < text.size() && is_token_character(text[end])) ++end;
  return text.substr(0, end);
}

std::string without_white(std::string_view text) {
  std::string out(text);
  std::erase_if(out, is_white);
  return out;
}

}  // namespace

struct Keys::Pair {
  HmacSha256 tag;
  HmacSha256 text;

  /// `text` made unreadable, or readable again.
  void mask(std::string_view iv, std::string& data) const {
    std::string input(iv);
    for (std::size_t at = 0, block = 0; at < data.size(); at += kBlock, ++block) {
      input.resize(iv.size());
      for (const int shift : {24, 16, 8, 0}) {
        input.push_back(static_cast<char>((block >> shift) & 0xFF));
      }
      const auto stream = text.of(input);
      const auto size = std::min(kBlock, data.size() - at);
      for (std::size_t i = 0; i < size; ++i) {
        data[at + i] = static_cast<char>(data[at + i] ^ stream[i]);
      }
    }
  }
  [[nodiscard]] std::string tag_of(std::string_view plain) const {
    return tag.of(plain).substr(0, kTag);
  }
};

Keys::Keys() = default;
Keys::Keys(Keys&&) noexcept = default;
Keys& Keys::operator=(Keys&&) noexcept = default;
Keys::~Keys() = default;

Result<Keys> Keys::make(const std::vector<std::string>& secrets) {
  Keys keys;
  if (secrets.empty()) return fail(ErrorCode::Config, "there is no key");
  for (const auto& secret : secrets) {
    if (secret.size() < kLeast) {
      return fail(ErrorCode::Config, fmt::format("the key has fewer than {} octets", kLeast));
    }
    keys.pairs_.push_back({HmacSha256(hmac_sha256(secret, "unsubscribe token 1: tag")),
                           HmacSha256(hmac_sha256(secret, "unsubscribe token 1: text"))});
  }
  return keys;
}

std::string Keys::token(const Address& recipient, std::string_view campaign) const {
  assert(campaign.find('\n') == std::string_view::npos);
  std::string plain(campaign);
  plain.append("\n").append(recipient.text());
  const auto& pair = pairs_.front();
  const auto tag = pair.tag_of(plain);
  pair.mask(tag, plain);
  return std::string(kPrefix) + to_base64url(tag + plain);
}

Result<Leave> Keys::open(std::string_view token) const {
  if (find_start(token) != 0) return fail(ErrorCode::Syntax, "this is no token");
  if (!token.starts_with(kPrefix)) {
    return fail(ErrorCode::Unsupported, "a token of another version");
  }
  token.remove_prefix(kPrefix.size());
  if (token.size() > kMost) return fail(ErrorCode::Syntax, "too long for a token");
  const auto raw = from_base64url(token);
  if (!raw || raw->size() <= kTag)
    return fail(ErrorCode::Syntax, "a token that was cut or changed");
  const auto tag = std::string_view(*raw).substr(0, kTag);
  for (const auto& pair : pairs_) {
    auto plain = raw->substr(kTag);
    pair.mask(tag, plain);
    if (!equal_constant_time(pair.tag_of(plain), tag)) continue;
    const auto line = plain.find('\n');
    auto recipient = line == std::string::npos ? Result<Address>(fail(ErrorCode::Syntax, ""))
                                               : Address::parse(plain.substr(line + 1));
    // Only who has the key could make such a one.
    if (!recipient) return fail(ErrorCode::Syntax, "a token that names nobody");
    return Leave{std::move(*recipient), plain.substr(0, line)};
  }
  return fail(ErrorCode::Denied, "a token that was made with another key, or changed");
}

Result<Leave> Keys::find(std::string_view text) const {
  Result<Leave> first = fail(ErrorCode::NotFound, "there is no token in it");
  auto start = find_start(text);
  for (int tries = 0; tries < kTries && start != std::string_view::npos; ++tries) {
    const auto rest = text.substr(start);
    const auto run = run_at_start(rest);
    auto found = open(run);
    if (!found && run.size() < rest.size() && is_white(rest[run.size()])) {
      // Folded on the way, by a program that knows no long words.
      auto joined = open(run_at_start(without_white(rest.substr(0, kMost))));
      if (joined) found = std::move(joined);
    }
    if (found) return found;
    if (tries == 0) first = std::move(found);
    start = find_start(text, start + 1);
  }
  return first;
}

bool has_token(std::string_view text) {
  return find_start(text) != std::string_view::npos;
}

bool is_token_character(char c) {
  return is_alnum(c) || c == '-' || c == '_';
}

}  // namespace hagaki::unsubscribe
