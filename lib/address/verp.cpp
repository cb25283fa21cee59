#include "address/verp.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::verp {
namespace {

constexpr std::size_t kMaxLocal = 64;
constexpr std::size_t kTagBytes = 5;
constexpr std::size_t kTagSize = 8;  // of 5 bytes as base32

std::string escape(std::string_view local) {
  std::string out;
  for (const char c : local) {
    if (is_alnum(c) || c == '.' || c == '-' || c == '_') {
      out.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(out), "~{:02X}", static_cast<unsigned char>(c));
    }
  }
  // A dot-string may not end or begin with a dot, and "..": the carriers' forms are escaped.
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '.' && (i == 0 || i + 1 == out.size() || out[i + 1] == '.')) {
      out.replace(i, 1, "~2E");
    }
  }
  return out;
}

std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '~' && i + 2 < s.size()) {
      const int high = hex_value(s[i + 1]);
      const int low = hex_value(s[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(s[i]);
  }
  return out;
}

/// Where the recipient begins in the local part of a return path; npos when nowhere.
std::size_t recipient_start(std::string_view local) {
  if (const auto plus = local.find('+'); plus != std::string_view::npos) return plus + 1;
  for (const std::string_view word : {"bounces-", "bounce-", "return-"}) {
    const auto at = ascii_ifind(local, word);
    if (at == std::string_view::npos || (at > 0 && local[at - 1] != '-')) continue;
    std::size_t start = at + word.size();
    // qmail numbers its messages: list-return-42-user=domain
    const auto digits = local.find_first_not_of("0123456789", start);
    if (word == "return-" && digits != start && digits != std::string_view::npos &&
        local[digits] == '-') {
      start = digits + 1;
    }
    return start;
  }
  return std::string_view::npos;
}

bool is_base32(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
}

struct Tail {
  std::string_view token;
  std::string_view tag;
};

/// Takes "token", "token-tag" or "-tag" apart; false where `tail` is none of them.
bool read_tail(std::string_view tail, Tail& out) {
  std::string_view tag;
  if (tail.size() > kTagSize && tail[tail.size() - kTagSize - 1] == '-') {
    tag = tail.substr(tail.size() - kTagSize);
    tail.remove_suffix(kTagSize + 1);
  }
  if ((tail.empty() && tag.empty()) || !std::all_of(tail.begin(), tail.end(), is_alnum) ||
      !std::all_of(tag.begin(), tag.end(), is_base32)) {
    return false;
  }
  out = {tail, tag};
  return true;
}

}  // namespace

std::string_view tag_name(Tag tag) {
  switch (tag) {
    case Tag::Unchecked:
      return {};
    case Tag::Missing:
      return "missing";
    case Tag::Invalid:
      return "invalid";
    case Tag::Valid:
      return "valid";
  }
  return {};
}

Result<Key> Key::make(std::string_view secret) {
  if (secret.size() < kLeast) {
    return fail(ErrorCode::Config, fmt::format("the key has fewer than {} octets", kLeast));
  }
  return Key(secret);
}

std::string Key::tag(const Address& recipient, std::string_view token) const {
  // A line feed stands in none of the parts. The first one keeps this apart from whatever else the
  // same secret may sign.
  const auto signature =
      hmac_.of(fmt::format("return path\n{}\n{}", recipient.key(), ascii_lower(token)));
  return to_base32(std::string_view(signature).substr(0, kTagBytes));
}

Tag Key::check(const Decoded& path) const {
  if (path.tag.empty()) return Tag::Missing;
  const auto right = tag(path.recipient, path.token);
  return equal_constant_time(ascii_lower(path.tag), right) ? Tag::Valid : Tag::Invalid;
}

Result<std::string> encode(const Address& sender, const Address& recipient, std::string_view token,
                           const Key* key) {
  const auto base = sender.local();
  if (base.find_first_of("+\"=") != std::string_view::npos) {
    return fail(ErrorCode::Syntax, "a bounce address may not hold '+', '=' or quotes",
                sender.text());
  }
  if (!std::all_of(token.begin(), token.end(), is_alnum)) {
    return fail(ErrorCode::Syntax, "a campaign token is letters and digits");
  }
  std::string local;
  local.reserve(kMaxLocal + sender.domain().ascii().size() + 1);
  local.append(base).append("+").append(escape(recipient.local())).append("=");
  const std::string& domain = recipient.domain().ascii();
  recipient.domain().is_literal() ? local.append(escape(domain)) : local.append(domain);
  if (!token.empty() || key) local.append("=").append(token);
  if (local.size() + (key ? 1 + kTagSize : 0) > kMaxLocal) {
    return fail(ErrorCode::Limit, "the return path would be longer than 64 octets",
                recipient.text());
  }
  if (key) local.append("-").append(key->tag(recipient, token));
  return std::move(local.append("@").append(sender.domain().ascii()));
}

std::optional<Decoded> decode(std::string_view return_path) {
  const auto path = bare_address(return_path);
  const auto at = path.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  auto local = path.substr(0, at);
  if (ascii_istarts_with(local, "prvs=")) {
    const auto tag_end = local.find('=', 5);
    if (tag_end == std::string_view::npos) return std::nullopt;
    local.remove_prefix(tag_end + 1);
  }
  const auto start = recipient_start(local);
  if (start == std::string_view::npos) return std::nullopt;
  auto rest = local.substr(start);

  auto equals = rest.rfind('=');
  if (equals == std::string_view::npos) return std::nullopt;
  // The last "=" segment is token and tag when the one before it can be a domain and it cannot.
  Tail tail;
  const auto earlier = equals > 0 ? rest.rfind('=', equals - 1) : std::string_view::npos;
  if (earlier != std::string_view::npos && read_tail(rest.substr(equals + 1), tail)) {
    rest = rest.substr(0, equals);
    equals = earlier;
  }
  auto recipient =
      Address::parse(unescape(rest.substr(0, equals)) + "@" + unescape(rest.substr(equals + 1)));
  if (!recipient) return std::nullopt;
  return Decoded{std::move(*recipient), std::string(tail.token), std::string(tail.tag)};
}

}  // namespace hagaki::verp
