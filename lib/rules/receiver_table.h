#pragma once

#include <optional>
#include <string>
#include <string_view>

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

}  // namespace hagaki::rules
