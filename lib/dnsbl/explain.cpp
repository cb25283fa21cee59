#include "dnsbl/explain.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/embedded.h"

HAGAKI_EMBEDDED(listing_texts_json)

namespace hagaki::dnsbl {
namespace {

using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// `form` with each "{name}" replaced once, in one pass: a value is never looked into.
std::string filled(std::string_view form, Values values) {
  std::string out;
  while (!form.empty()) {
    const auto open = form.find('{');
    out += form.substr(0, open);
    if (open == std::string_view::npos) break;
    form.remove_prefix(open);
    bool known = false;
    for (const auto& [name, value] : values) {
      if (form.starts_with(name)) {
        out += value;
        form.remove_prefix(name.size());
        known = true;
        break;
      }
    }
    if (!known) {
      out += '{';
      form.remove_prefix(1);
    }
  }
  return out;
}

std::string page_of(const Listing& listing) {
  if (!listing.delist_url.empty()) return listing.delist_url;
  return fill_url(listing.zone->lookup_url, listing.target);
}

/// Which of the "then" texts says how to get off this list.
std::string way_out(const Listing& listing) {
  const auto& way = listing.zone->delisting;
  const bool page = !page_of(listing).empty();
  if (way == "automatic" || way == "network-owner") return way;
  if (!way.empty() && page) return way;
  return page ? "page" : "no-page";
}

}  // namespace

Result<Explainer> Explainer::builtin(std::string_view language) {
  const auto json = nlohmann::json::parse(embedded::listing_texts_json, nullptr, false);
  const char* chosen = language == "ja" ? "ja" : "en";
  if (!json.is_object() || !json.contains(chosen)) {
    return fail(ErrorCode::Config, "the texts for listings are broken");
  }
  Explainer out;
  auto phrases = Phrases::builtin(language);
  if (!phrases) return tl::unexpected(phrases.error());
  out.phrases_ = std::move(*phrases);
  for (const auto& [part, texts] : json[chosen].items()) {
    for (const auto& [key, value] : texts.items()) {
      if (!value.is_string()) return fail(ErrorCode::Config, "the texts for listings are broken");
      out.texts_[part + '/' + key] = value.get<std::string>();
    }
  }
  return out;
}

std::string Explainer::text(const std::string& key, const Listing& listing) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return {};
  const Zone& zone = *listing.zone;
  std::string note;
  if (!zone.delisting_note.empty())
    note.append(" (").append(in_words(zone.delisting_note)).append(")");
  const auto meaning = in_words(listing.verdict.meaning);
  return filled(found->second,
                {{"{name}", zone.name},
                 {"{zone}", zone.zone},
                 {"{operator}", zone.operated_by.empty() ? zone.zone : zone.operated_by},
                 {"{query}", listing.target.text},
                 {"{meaning}", meaning},
                 {"{note}", note},
                 {"{url}", page_of(listing)}});
}

std::string Explainer::delivery(const Zone& zone) const {
  if (zone.list != ListKind::Block) return {};
  std::string key = zone.major ? "large" : "unknown";
  if (!zone.used_by.empty()) key = zone.major ? "large-and-named" : "named";
  const auto found = texts_.find("delivery/" + key);
  if (found == texts_.end()) return {};
  std::string names;
  const auto comma = texts_.find("delivery/comma");
  for (const auto& name : zone.used_by) {
    names += (names.empty() ? "" : comma->second) + name;
  }
  return filled(found->second, {{"{receivers}", names}});
}

std::optional<Explanation> Explainer::explain(const Listing& listing) const {
  const auto outcome = listing.verdict.outcome;
  if (outcome == Outcome::NotListed) return std::nullopt;
  std::string simple;
  if (outcome != Outcome::Listed) {
    simple = outcome_name(outcome);
  } else if (listing.zone->list != ListKind::Block) {
    simple = list_name(listing.zone->list);
  }
  if (!simple.empty()) {
    return Explanation{text("cause/" + simple, listing), text("remedy/" + simple, listing), {}};
  }
  std::string scope = listing.zone->scope;
  if (!texts_.contains("cause/" + scope)) scope = "unknown";
  Explanation out{text("cause/" + scope, listing), text("first/" + scope, listing), {}};
  // Japanese sentences follow each other without a blank.
  if (out.remedy.ends_with('.')) out.remedy += ' ';
  out.remedy += text("then/" + way_out(listing), listing);
  out.delivery = delivery(*listing.zone);
  return out;
}

}  // namespace hagaki::dnsbl
