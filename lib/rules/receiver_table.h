#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::rules {

/// Where to ask for release.
struct DelistPage {
  std::string name;  ///< of the blocklist or provider whose page it is
  std::string url;   ///< https:, http: or mailto:
};

/// Where to turn with a refusal: to the blocklist that the reply names, by its name, its zone or a
/// provider's code for it, since the receiver cannot take a sender off that; else to the provider
/// (its id in harvest::Providers). From tables of ours: a URL in a reply is only its sender's word.
/// Nothing where neither is known.
std::optional<DelistPage> delist_page(std::string_view provider, std::string_view reply);

/// True for a provider whose customers have rules of their own: one refusal may be one customer's.
bool has_many_customers(std::string_view provider);

/// Where one provider hears senders, and what to tell it.
struct ReleasePage {
  std::string provider;  ///< its id
  std::string name;
  std::string url;
  std::string remedy;  ///< what to do and say, the sending address filled in
};

/// Every provider's, in the table's order. `query` is the sending address or domain; `language` is
/// "en" or "ja", any other gives English.
std::vector<ReleasePage> release_pages(std::string_view query, std::string_view language);

}  // namespace hagaki::rules
