#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"
#include "address/unsubscribe_token.h"
#include "base/result.h"

/// A link with one place for a token.
class WebLink {
 public:
  /// Takes "https://…" with {token} in it, or without: then the token becomes the last parameter of
  /// the query, "token". Error::Config says what is wrong: no https, which RFC 8058 §3.1 asks for;
  /// characters that a URL in a header cannot have; a place where the token would not end.
  static hagaki::Result<WebLink> parse(std::string_view url);

  /// The link of a token, or of a merge field in its place.
  [[nodiscard]] std::string with(std::string_view token) const {
    return before_ + std::string(token) + after_;
  }

 private:
  std::string before_;
  std::string after_;
};

/// "mailto:leave@example.jp?subject=unsubscribe%20…" (RFC 6068), which mail programs turn into a
/// mail that bounce-parse knows.
std::string mail_link(const hagaki::Address& address, std::string_view token);

/// How recipients of one campaign leave.
struct UnsubscribeLinks {
  std::shared_ptr<const hagaki::unsubscribe::Keys> keys;  ///< nullptr: there are no tokens
  std::optional<WebLink> web;
  std::optional<hagaki::Address> mail;
  std::string campaign;
};
