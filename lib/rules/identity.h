#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/consent.h"

namespace hagaki::rules {

/// What a campaign's template says about its sender, as its author wrote it, merge fields ({{…}})
/// included.
struct CampaignText {
  std::string from_name;  ///< the display name in From
  std::optional<std::string> list_unsubscribe;
  std::optional<std::string> list_unsubscribe_post;
  std::string plain;  ///< the text body; empty where there is none
  std::string html;
  /// The merge fields that the campaign gives to everybody: "sender_name", "unsubscribe_url"…
  std::vector<std::string> given{};
};

/// What of its sender a campaign names.
struct Identity {
  bool name = false;     ///< a display name in From, or {{sender_name}}
  bool postal = false;   ///< a postal address, or {{postal_address}}
  bool contact = false;  ///< a telephone number, a mail address or a URL that is no way to
                         ///< unsubscribe, or {{contact}}
};

/// Looks for them in what is seen. A tag counts where the campaign gives its value, and in HTML
/// where a reader sees it: in no comment, no attribute. But for the tags it is a guess.
Identity find_identity(const CampaignText& text);

/// True when the headers offer one-click unsubscription: an https URI in List-Unsubscribe, and
/// List-Unsubscribe-Post (RFC 8058 §3.1). Of the URIs that are a merge field altogether only the
/// campaign's own {{unsubscribe_url}} is known to be https.
bool has_one_click(const CampaignText& text);

/// What a campaign in bulk lacks: "no-one-click" (asked for by Gmail's and Yahoo's rules for bulk
/// senders), and where `ask_identity`, "no-sender-identity" (JP Act 26 of 2002, Art. 4 and its
/// ordinance; 15 U.S.C. 7704(a)(5)(A)(iii); Directive 2000/31/EC Art. 5 and 6).
std::vector<Refusal> campaign_faults(const CampaignText& text, bool ask_identity);

}  // namespace hagaki::rules
