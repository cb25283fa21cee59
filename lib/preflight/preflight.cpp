#include "preflight/preflight.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::preflight {
namespace {

// Gmail shows no more than this of a message and hides the rest behind a link.
constexpr std::size_t kClippedHtml = 102 * 1024;

// Mailbox providers whose domains strangers cannot send from: DMARC of the domain, or the receiving
// side's own rules, turn such mail away.
constexpr std::array<std::string_view, 12> kFreeMail = {
    "gmail.com",     "yahoo.com",  "yahoo.co.jp", "outlook.com",  "outlook.jp",  "hotmail.com",
    "hotmail.co.jp", "icloud.com", "aol.com",     "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp"};

bool has_field(std::string_view source) {
  return source.find("{{") != std::string_view::npos;
}

class Checks {
 public:
  explicit Checks(const PreflightInput& input) : in_(input) {}

  std::vector<Finding> all() {
    from();
    if (trim(in_.subject).empty()) {
      found("no-subject");
    }
    body();
    if (!in_.transactional) {
      unsubscribe();
      way_out();
    }
    return std::move(findings_);
  }

 private:
  void found(Id id, std::string detail = {}) { findings_.push_back({id, std::move(detail)}); }

  void from() {
    if (!in_.from) {
      found("no-from");
      return;
    }
    if (has_field(*in_.from)) return;  // judged message by message
    const auto address = Address::parse(*in_.from);
    if (!address) {
      found("bad-from", address.error().text());
      return;
    }
    const std::string& domain = address->domain().ascii();
    if (address->domain().is_literal() || domain.find('.') == std::string::npos) {
      found("from-domain", domain);
    } else if (std::find(kFreeMail.begin(), kFreeMail.end(), domain) != kFreeMail.end()) {
      found("free-mail-from", domain);
    }
  }

  void body() {
    const bool plain = in_.plain && !trim(*in_.plain).empty();
    const bool html = in_.html && shows_something(*in_.html);
    if (!plain && !html) {
      found("no-body");
      return;
    }
    if (in_.plain && !plain) {
      found("no-text");
    }
    if (in_.html && !html) {
      found("no-html");
    }
    if (!in_.plain) {
      found("html-only");
    }
    if (in_.html && in_.html->size() > kClippedHtml) {
      found("html-clipped", fmt::format("{} octets", in_.html->size()));
    }
  }

  void unsubscribe() {
    if (!in_.list_unsubscribe) {
      found("no-list-unsubscribe");
      return;
    }
    const std::string value = ascii_lower(*in_.list_unsubscribe);
    const bool https = value.find("<https://") != std::string::npos;
    const bool http = value.find("<http://") != std::string::npos;
    const bool mailto = value.find("<mailto:") != std::string::npos;
    if (!https && !http && !mailto && !has_field(value)) {
      found("bad-list-unsubscribe");
      return;
    }
    if (http && !https) {
      found("unsubscribe-http");
    }
    if (https && !has_field(value)) {
      found("unsubscribe-for-all");
    }
    if (https && !in_.list_unsubscribe_post) {
      found("no-one-click");
    }
    if (in_.list_unsubscribe_post &&
        !ascii_iequals(trim(*in_.list_unsubscribe_post), "List-Unsubscribe=One-Click")) {
      found("bad-one-click");
    }
  }

  /// The body of an advertisement must name the sender and say where to opt out: JP Act 26 of 2002,
  /// Art. 4; US CAN-SPAM Act, 15 U.S.C. 7704(a)(5).
  void way_out() {
    for (const auto* part : {&in_.plain, &in_.html}) {
      if (!*part) continue;
      const std::string text = ascii_lower(**part);
      if (text.find("http") != std::string::npos || text.find('@') != std::string::npos ||
          has_field(text)) {
        return;
      }
    }
    found("no-way-out");
  }

  const PreflightInput& in_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_template(const PreflightInput& input) {
  return Checks(input).all();
}

bool shows_something(std::string_view html) {
  std::string_view hidden;  // the element whose content is not shown
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      const std::size_t end = std::min(html.find('<', at), html.size());
      std::string_view text = trim(html.substr(at, end - at));
      if (hidden.empty() && !text.empty() && text != "&nbsp;") return true;
      at = end;
      continue;
    }
    if (html.substr(at, 4) == "<!--") {
      const std::size_t end = html.find("-->", at);
      if (end == std::string_view::npos) return false;
      at = end + 3;
      continue;
    }
    const std::size_t end = html.find('>', at);
    const std::string_view tag =
        html.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    if (hidden.empty()) {
      if (ascii_istarts_with(tag, "img")) return true;
      for (const std::string_view name : {"head", "style", "script", "title"}) {
        if (ascii_istarts_with(tag, name) &&
            (tag.size() == name.size() ||
             !std::isalpha(static_cast<unsigned char>(tag[name.size()])))) {
          hidden = name;
        }
      }
    } else if (tag.starts_with('/') && ascii_iequals(trim(tag.substr(1)), hidden)) {
      hidden = {};
    }
    if (end == std::string_view::npos) return false;
    at = end + 1;
  }
  return false;
}

}  // namespace hagaki::preflight
