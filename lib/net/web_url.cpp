#include "net/web_url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "address/domain.h"
#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kLongest = 8192;  // as long as common servers take

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, Cleanup>;

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* found = nullptr;
  if (curl_url_get(url, what, &found, flags) != CURLUE_OK) return {};
  std::string out(found);
  curl_free(found);
  return out;
}

/// `text` with escapes as equal URLs share them (RFC 3986 §6.2.2): none of what need not be
/// escaped, the others in upper case.
std::string with_plain_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    const char octet = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    if (is_alnum(octet) || std::string_view("-._~").find(octet) != std::string_view::npos) {
      out += octet;
    } else {
      for (const char c : text.substr(i, 3))
        out += c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
    }
    i += 2;
  }
  return out;
}

/// The parts of what `url` holds by now.
Result<WebUrl> read(CURLU* url) {
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return fail(ErrorCode::Unsupported, "a URL with a user or password in it is not fetched");
  }
  curl_url_set(url, CURLUPART_FRAGMENT, nullptr, 0);
  auto host = ascii_lower(part(url, CURLUPART_HOST));
  if (!is_ascii(host)) {
    // Not by libcurl, which takes the name to be in the locale's charset.
    const auto domain = Domain::parse(host);
    host = domain ? domain->ascii() : "";
  }
  if (host.empty()) {
    return fail(ErrorCode::Syntax, "a URL without a host that DNS can be asked about");
  }
  curl_url_set(url, CURLUPART_HOST, host.c_str(), 0);
  WebUrl out;
  out.text = part(url, CURLUPART_URL, CURLU_NO_DEFAULT_PORT);
  out.host = host;
  out.origin = part(url, CURLUPART_SCHEME) + "://" + host;
  const auto port = part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  if (!port.empty()) out.origin += ":" + port;
  out.target = part(url, CURLUPART_PATH);
  const auto query = part(url, CURLUPART_QUERY);
  if (!query.empty()) out.target += "?" + query;
  return out;
}

Result<WebUrl> set(CURLU* url, std::string_view text) {
  if (text.size() > kLongest) return fail(ErrorCode::Limit, "a URL longer than 8192 octets");
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; })) {
    return fail(ErrorCode::Syntax, "a URL with a control character");
  }
  const auto code = curl_url_set(url, CURLUPART_URL, std::string(text).c_str(), CURLU_URLENCODE);
  const auto scheme = part(url, CURLUPART_SCHEME);
  if (code == CURLUE_UNSUPPORTED_SCHEME ||
      (code == CURLUE_OK && scheme != "http" && scheme != "https")) {
    return fail(ErrorCode::Unsupported, "neither an http nor an https URL");
  }
  if (code != CURLUE_OK) return fail(ErrorCode::Syntax, curl_url_strerror(code));
  // libcurl takes dots away where they are not escaped, as a server does after it took the escapes.
  const auto whole = part(url, CURLUPART_URL);
  if (const auto plain = with_plain_escapes(whole); plain != whole) {
    if (curl_url_set(url, CURLUPART_URL, plain.c_str(), 0) != CURLUE_OK) {
      return fail(ErrorCode::Syntax, "a URL with escapes that make it none");
    }
  }
  return read(url);
}

}  // namespace

Result<WebUrl> parse_web_url(std::string_view text) {
  const Url url(curl_url());
  return set(url.get(), text);
}

Result<WebUrl> resolve_web_url(const WebUrl& base, std::string_view reference) {
  const Url url(curl_url());
  if (auto ok = set(url.get(), base.text); !ok) return ok;
  return set(url.get(), reference);
}

}  // namespace hagaki::net
