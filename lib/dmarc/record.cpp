#include "dmarc/record.h"

#include <algorithm>

#include "address/public_suffix.h"
#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::dmarc {
namespace {

constexpr std::string_view kVersion = "DMARC1";

struct Tag {
  std::string_view name;
  std::string_view value;
};

std::optional<Tag> read_tag(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return Tag{trim(text.substr(0, equals)), trim(text.substr(equals + 1))};
}

std::optional<Request> read_request(std::string_view value) {
  for (const auto request : {Request::None, Request::Quarantine, Request::Reject}) {
    if (ascii_iequals(value, request_name(request))) return request;
  }
  return std::nullopt;
}

void read_alignment(std::string_view value, Alignment& out) {
  if (ascii_iequals(value, "s")) out = Alignment::Strict;
  if (ascii_iequals(value, "r")) out = Alignment::Relaxed;
}

/// Whether `text` is a URI (RFC 3986: a scheme and something behind it), but for "!" and a size.
bool is_report_uri(std::string_view text) {
  text = trim(text);
  text = text.substr(0, text.rfind('!'));
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; }) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

std::string_view request_name(Request request) {
  switch (request) {
    case Request::None:
      return "none";
    case Request::Quarantine:
      return "quarantine";
    case Request::Reject:
      return "reject";
  }
  return "none";
}

bool is_dmarc(std::string_view txt) {
  const auto first = read_tag(txt.substr(0, txt.find(';')));
  return first && first->name == "v" && first->value == kVersion;
}

Result<Record> parse_record(std::string_view txt) {
  if (!is_dmarc(txt)) return fail(ErrorCode::Syntax, "no DMARC record");
  Record out;
  std::optional<Request> request;
  bool bad_subdomain_request = false;
  for (const auto part : split(txt, ';')) {
    const auto tag = read_tag(part);
    if (!tag) continue;
    if (ascii_iequals(tag->name, "p")) {
      request = read_request(tag->value);
    } else if (ascii_iequals(tag->name, "sp")) {
      out.subdomain_request = read_request(tag->value);
      bad_subdomain_request = !out.subdomain_request;
    } else if (ascii_iequals(tag->name, "adkim")) {
      read_alignment(tag->value, out.dkim);
    } else if (ascii_iequals(tag->name, "aspf")) {
      read_alignment(tag->value, out.spf);
    } else if (ascii_iequals(tag->name, "rua")) {
      const auto uris = split(tag->value, ',');
      out.asks_for_reports =
          out.asks_for_reports || std::any_of(uris.begin(), uris.end(), is_report_uri);
    }
  }
  if (!request || bad_subdomain_request) {
    if (!out.asks_for_reports) {
      return fail(ErrorCode::Syntax, request
                                         ? "sp is none of none, quarantine and reject"
                                         : "p is missing, or none of none, quarantine and reject");
    }
    request = Request::None;
    out.subdomain_request.reset();
  }
  out.request = *request;
  return out;
}

std::string organisational_domain(std::string_view domain) {
  const std::string whole = ascii_lower(domain);
  const std::string registered = registrable_domain(whole);
  return registered.empty() ? whole : registered;
}

bool aligned(std::string_view from, std::string_view other, Alignment alignment) {
  if (ascii_iequals(from, other)) return true;
  if (alignment == Alignment::Strict) return false;
  return organisational_domain(from) == organisational_domain(other);
}

}  // namespace hagaki::dmarc
