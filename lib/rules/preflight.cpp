#include "rules/preflight.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/core.h>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::rules {
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
      error("no-subject", "the subject is empty", "add a Subject header to the template");
    }
    body();
    if (!in_.transactional) {
      unsubscribe();
      way_out();
    }
    errors_.insert(errors_.end(), warnings_.begin(), warnings_.end());
    return std::move(errors_);
  }

 private:
  void error(std::string id, std::string message, std::string remedy) {
    errors_.push_back(
        {Finding::Severity::Error, std::move(id), std::move(message), std::move(remedy)});
  }
  void warning(std::string id, std::string message, std::string remedy) {
    warnings_.push_back(
        {Finding::Severity::Warning, std::move(id), std::move(message), std::move(remedy)});
  }

  void from() {
    if (!in_.from) {
      error("no-from", "nobody is named as sender",
            "add a From header to the template, or give --from");
      return;
    }
    if (has_field(*in_.from)) return;  // judged message by message
    const auto address = Address::parse(*in_.from);
    if (!address) {
      error("bad-from", fmt::format("From is no address: {}", address.error().text()),
            "correct From");
      return;
    }
    const std::string& domain = address->domain().ascii();
    if (address->domain().is_literal() || domain.find('.') == std::string::npos) {
      error("from-domain", fmt::format("nobody can answer to the domain \"{}\"", domain),
            "send from a domain of your own");
    } else if (std::find(kFreeMail.begin(), kFreeMail.end(), domain) != kFreeMail.end()) {
      warning("free-mail-from",
              fmt::format("receivers refuse mail from {} by other servers", domain),
              "send from a domain of your own");
    }
  }

  void body() {
    const bool plain = in_.plain && !trim(*in_.plain).empty();
    const bool html = in_.html && shows_something(*in_.html);
    if (!plain && !html) {
      error("no-body", "the message shows nothing", "write a body");
      return;
    }
    if (in_.plain && !plain) {
      error("no-text", "the text part is empty, and some readers show only that",
            "write the text into message.txt, or use a file of Content-Type: text/html");
    }
    if (in_.html && !html) {
      error("no-html", "the HTML part shows nothing", "write it, or remove message.html");
    }
    if (!in_.plain) {
      warning("html-only", "there is no text part beside the HTML",
              "use a folder with message.txt and message.html");
    }
    if (in_.html && in_.html->size() > kClippedHtml) {
      warning(
          "html-clipped",
          fmt::format("the HTML has {} octets; Gmail cuts messages at 102 KB", in_.html->size()),
          "make it shorter");
    }
  }

  void unsubscribe() {
    if (!in_.list_unsubscribe) {
      error(
          "no-list-unsubscribe", "a campaign needs a List-Unsubscribe header (RFC 2369)",
          "add one with a URL or address of yours; mail that is no campaign takes --transactional");
      return;
    }
    const std::string value = ascii_lower(*in_.list_unsubscribe);
    const bool https = value.find("<https://") != std::string::npos;
    const bool http = value.find("<http://") != std::string::npos;
    const bool mailto = value.find("<mailto:") != std::string::npos;
    if (!https && !http && !mailto && !has_field(value)) {
      error("bad-list-unsubscribe", "List-Unsubscribe holds neither <https://…> nor <mailto:…>",
            "put the URL in angle brackets");
      return;
    }
    if (http && !https) {
      warning("unsubscribe-http", "List-Unsubscribe has no https URL", "use https");
    }
    if (https && !has_field(value)) {
      warning("unsubscribe-for-all", "the unsubscribe URL does not say who leaves (RFC 8058 §3.1)",
              "put a field into it: {{email|url}}");
    }
    if (https && !in_.list_unsubscribe_post) {
      warning("no-one-click", "large receivers ask for one-click unsubscription (RFC 8058)",
              "add \"List-Unsubscribe-Post: List-Unsubscribe=One-Click\"");
    }
    if (in_.list_unsubscribe_post &&
        !ascii_iequals(trim(*in_.list_unsubscribe_post), "List-Unsubscribe=One-Click")) {
      error("bad-one-click",
            "List-Unsubscribe-Post must be \"List-Unsubscribe=One-Click\" (RFC 8058 §3.1)",
            "correct it");
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
    warning("no-way-out", "the body names neither a URL nor an address to unsubscribe at",
            "laws of several countries ask for one in the body");
  }

  const PreflightInput& in_;
  std::vector<Finding> errors_;
  std::vector<Finding> warnings_;
};

}  // namespace

std::vector<Finding> preflight(const PreflightInput& input) {
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

}  // namespace hagaki::rules
