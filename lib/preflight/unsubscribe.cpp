#include "base/text.h"
#include "preflight/subject.h"

namespace hagaki::preflight {
namespace {

/// The URI in angle brackets that begins with `scheme`; empty where there is none.
std::string_view uri_of(std::string_view value, std::string_view scheme) {
  for (std::size_t at = value.find('<'); at != std::string_view::npos;
       at = value.find('<', at + 1)) {
    const auto end = value.find('>', at);
    if (end == std::string_view::npos) break;
    const auto uri = trim(value.substr(at + 1, end - at - 1));
    if (ascii_istarts_with(uri, scheme)) return uri;
  }
  return {};
}

void check_list_headers(const Subject& subject) {
  const auto& headers = subject.mail.headers();
  const auto list = headers.find("List-Unsubscribe");
  if (!list) {
    subject.found("no-list-unsubscribe");
    return;
  }
  const auto https = uri_of(*list, "https://");
  const auto http = uri_of(*list, "http://");
  if (https.empty() && http.empty() && uri_of(*list, "mailto:").empty()) {
    if (!has_placeholder(subject.context, *list)) {
      subject.found("bad-list-unsubscribe", printable(squeeze(utf8_prefix(*list, 100))));
    }
    return;
  }
  if (!http.empty() && https.empty()) subject.found("unsubscribe-http", printable(http));
  if (!https.empty() && subject.context.other) {
    const auto other = mime::Headers::parse(*subject.context.other);
    if (uri_of(other.get("List-Unsubscribe"), "https://") == https) {
      subject.found("unsubscribe-for-all", printable(https));
    }
  }
  const auto post = headers.find("List-Unsubscribe-Post");
  if (!post) {
    subject.found("no-one-click");
  } else if (!ascii_iequals(trim(*post), "List-Unsubscribe=One-Click")) {
    subject.found("bad-one-click", printable(utf8_prefix(trim(*post), 60)));
  } else if (https.empty()) {
    subject.found("no-one-click", "no https URL beside List-Unsubscribe-Post");
  }
}

/// The body of an advertisement must name the sender and say where to opt out: JP Act 26 of 2002,
/// Art. 4; US CAN-SPAM Act, 15 U.S.C. 7704(a)(5).
void check_way_out(const Subject& subject) {
  for (const auto& [part, text] : subject.texts) {
    if (ascii_ifind(text, "http") != std::string_view::npos ||
        text.find('@') != std::string_view::npos || has_placeholder(subject.context, text)) {
      return;
    }
  }
  subject.found("no-way-out");
}

}  // namespace

void check_unsubscribe(const Subject& subject) {
  check_list_headers(subject);
  check_way_out(subject);
}

}  // namespace hagaki::preflight
