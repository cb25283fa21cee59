#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/unsubscribe_token.h"
#include "address/verp.h"
#include "dsn/report.h"
#include "mime/reader.h"

namespace hagaki::dsn {

/// Fills in what the report is about: campaign, message_id, envelope_sender, subject, and each
/// recipient's `email`, the address that was mailed. Asked in this order:
///
/// 1. the return path that came back (VERP, address/verp.h), which names one recipient for sure;
///    with a `key`, which may be nullptr, only one that it has signed: `verp_tag` says so;
/// 2. Original-Recipient;
/// 3. the only address in the returned mail's To, when the report is about one recipient: it is
///    the one on the list also when a forward behind it has failed;
/// 4. the address that the report names.
void resolve_ownership(const mime::Message& message, const mime::Headers& returned,
                       const verp::Key* key, Report& report);

/// The same of an event of a mail service, where envelope_sender tells it: the recipient, if it is
/// one, and the campaign, if the event names none.
void resolve_by_return_path(const verp::Key* key, Report& report);

/// Takes recipient and campaign of a mail that asks to leave from the token in its subject, or in
/// an address that it went to, where one of `keys` has made it; what has another token, or none, is
/// about whoever wrote it. token_valid says which. Nothing is done without keys (nullptr).
void resolve_by_token(const mime::Message& message, const unsubscribe::Keys* keys, Report& report);

/// Whom the envelope of the returned mail named, by its trace fields, else by a To with a single
/// address; empty where they do not tell.
std::string envelope_recipient(const mime::Headers& returned);

/// The first Message-ID in a field, without angle brackets; UTF-8.
std::string message_id_of(std::string_view field);

/// The identifier in a List-Id field (RFC 2919), without its phrase and angle brackets; UTF-8.
inline std::string list_id_of(std::string_view field) {
  return message_id_of(field);
}

}  // namespace hagaki::dsn
