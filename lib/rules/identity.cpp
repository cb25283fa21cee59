#include "rules/identity.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "base/text.h"
#include "harvest/find_addresses.h"
#include "html/text.h"
#include "rules/one_width.h"
#include "rules/postal_address.h"

namespace hagaki::rules {
namespace {

/// What an unsubscribe link is called, in its URL or beside it.
constexpr std::array<std::string_view, 14> kWaysOut = {
    "unsubscribe", "optout",   "opt-out",  "opt_out",  "配信停止", "配信解除", "購読解除",
    "解除",        "abmelden", "désabonn", "desabonn", "disiscri", "cancelar", "退订"};

bool has_way_out(std::string_view lower) {
  return std::any_of(kWaysOut.begin(), kWaysOut.end(), [lower](std::string_view word) {
    return lower.find(word) != std::string_view::npos;
  });
}

/// True when a tag of this field is in the source: {{contact}}, {{{contact}}}, {{#contact}}.
bool has_tag(std::string_view source, std::string_view field) {
  for (std::size_t at = 0; (at = source.find("{{", at)) != std::string_view::npos;) {
    at += 2;
    const std::size_t end = source.find("}}", at);
    if (end == std::string_view::npos) return false;
    std::string_view tag = source.substr(at, end - at);
    while (!tag.empty() && std::string_view("{&#").find(tag.front()) != std::string_view::npos) {
      tag.remove_prefix(1);
    }
    if (trim(tag.substr(0, tag.find('|'))) == field) return true;
    at = end + 2;
  }
  return false;
}

/// The text without its tags: what they stand for is the recipient's.
std::string without_tags(std::string_view source) {
  std::string out;
  for (;;) {
    const std::size_t begin = source.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : source.find("}}", begin);
    out += source.substr(0, end == std::string_view::npos ? end : begin);
    if (end == std::string_view::npos) return out;
    out += "\x01";
    source.remove_prefix(end + 2);
    while (source.starts_with('}')) source.remove_prefix(1);
  }
}

/// The text of an HTML body without the URLs of its links, which html::to_text() puts in angle
/// brackets behind their words.
std::string without_links(std::string_view shown) {
  std::string out;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    if (shown[at] == '<' && at + 1 < shown.size() &&
        (is_alpha(shown[at + 1]) || shown[at + 1] == '{')) {
      const std::size_t end = shown.find_first_of(">\n", at);
      if (end != std::string_view::npos && shown[end] == '>') at = end + 1;
      if (at == shown.size()) break;
    }
    out += shown[at];
  }
  return out;
}

/// True when `lower` names a mail address that `ways_out` does not.
bool has_mail_address(std::string_view lower, std::string_view ways_out) {
  const auto found = harvest::find_addresses(lower);
  return std::any_of(found.begin(), found.end(), [ways_out](const std::string& address) {
    return ways_out.find(address) == std::string_view::npos;
  });
}

/// True when `url` is one of List-Unsubscribe's, but for what a field or a query makes of it.
bool leads_out(std::string_view url, std::string_view ways_out) {
  const std::string_view path = url.substr(0, url.find('?'));
  for (const std::string_view part : split(ways_out, '<')) {
    const std::string_view uri = part.substr(0, part.find_first_of(">?"));
    const std::size_t field = uri.find('\x01');
    if (field == std::string_view::npos
            ? path == uri
            : uri.find('/', 8) < field && path.starts_with(uri.substr(0, field))) {
      return true;
    }
  }
  return false;
}

/// True when the line names a URL that is no way out: neither `ways_out` nor the line calls it one.
bool has_url(std::string_view lower, std::string_view ways_out) {
  for (std::size_t at = 0; (at = lower.find("http", at)) != std::string_view::npos; ++at) {
    std::string_view url = lower.substr(at);
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    if (scheme == 0) continue;
    url = url.substr(0, url.find_first_of(" \t\r\n<>\"'\x01"));
    if (url.size() == scheme) continue;
    if (has_way_out(url) || leads_out(url, ways_out)) continue;
    // "Unsubscribe: https://…": what stands in front of it, up to another URL.
    std::string_view label = lower.substr(0, at);
    if (const auto other = label.rfind("http"); other != std::string_view::npos) {
      label = label.substr(other);
    }
    if (!has_way_out(label)) return true;
  }
  return false;
}

bool has_contact(std::string_view text, std::string_view ways_out) {
  if (has_telephone(text)) return true;
  const std::string lower = ascii_lower(text);
  if (has_mail_address(lower, ways_out)) return true;
  const auto lines = split(lower, '\n');
  return std::any_of(lines.begin(), lines.end(),
                     [&](std::string_view line) { return has_url(line, ways_out); });
}

bool gives(const CampaignText& text, std::string_view field) {
  return std::find(text.given.begin(), text.given.end(), field) != text.given.end();
}

/// True when From has a display name, be it the recipient's own contact person.
bool has_name(const CampaignText& text) {
  std::string literal = without_tags(text.from_name);
  std::erase(literal, '\x01');
  if (!trim(literal).empty()) return true;
  if (has_tag(text.from_name, "sender_name")) return gives(text, "sender_name");
  return !trim(text.from_name).empty();
}

/// True when `uri` is the campaign's own link and nothing else.
bool is_own_link(const CampaignText& text, std::string_view uri) {
  return gives(text, "unsubscribe_url") && without_tags(uri) == "\x01" &&
         uri.find('|') == std::string_view::npos && has_tag(uri, "unsubscribe_url");
}

}  // namespace

Identity find_identity(const CampaignText& text) {
  const std::string seen = html::to_text(text.html).value_or("");
  const std::string words = without_links(seen);
  const auto tagged = [&](std::string_view field) {
    // A link is a contact as well.
    return gives(text, field) &&
           (has_tag(text.plain, field) || has_tag(field == "contact" ? seen : words, field));
  };
  Identity out;
  out.name = has_name(text) || tagged("sender_name");
  out.postal = tagged("postal_address");
  out.contact = tagged("contact");
  if (out.postal && out.contact) return out;
  const std::string ways_out = ascii_lower(without_tags(text.list_unsubscribe.value_or("")));
  for (const bool html : {false, true}) {
    const std::string source = without_tags(html ? text.html : text.plain);
    const std::string shown = one_width(html ? html::to_text(source).value_or("") : source);
    out.postal = out.postal || has_postal_address(shown);
    out.contact = out.contact || has_contact(shown, ways_out);
  }
  return out;
}

bool has_one_click(const CampaignText& text) {
  if (!text.list_unsubscribe || !text.list_unsubscribe_post) return false;
  bool https = false;
  const auto parts = split(*text.list_unsubscribe, '<');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view uri = trim(parts[i].substr(0, parts[i].find('>')));
    https = https || ascii_istarts_with(uri, "https://") || is_own_link(text, uri);
  }
  return https && ascii_iequals(trim(*text.list_unsubscribe_post), "List-Unsubscribe=One-Click");
}

std::vector<Refusal> campaign_faults(const CampaignText& text, bool ask_identity) {
  std::vector<Refusal> faults;
  if (!has_one_click(text)) {
    faults.push_back({"no-one-click",
                      "the campaign has no one-click unsubscription (RFC 8058): List-Unsubscribe "
                      "with an https URI, and List-Unsubscribe-Post"});
  }
  if (!ask_identity) return faults;
  const Identity identity = find_identity(text);
  std::string lacking;
  const auto lack = [&lacking](bool there, std::string_view what) {
    if (!there) lacking.append(lacking.empty() ? "" : ", ").append(what);
  };
  lack(identity.name, "the sender's name (From)");
  lack(identity.postal, "a postal address");
  lack(identity.contact, "a contact");
  if (!lacking.empty()) {
    faults.push_back({"no-sender-identity", "the campaign does not tell " + lacking});
  }
  return faults;
}

}  // namespace hagaki::rules
