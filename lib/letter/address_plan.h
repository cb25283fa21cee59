#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "base/result.h"
#include "letter/fields.h"
#include "letter/merge_text.h"
#include "mime/header_writer.h"

namespace hagaki::letter {

/// One mailbox of a template's address header. Name and address are merged apart from each other,
/// so that no recipient's data can add or change a mailbox.
struct MailboxPlan {
  MergeText name;     ///< without quotes
  MergeText address;  ///< without angle brackets
};

/// Reads `Name <address>, "Other, Name" <address>, address` with merge fields in any place. Groups
/// and comments are refused. An address without merge fields is checked at once. `file` and `line`
/// are for messages.
Result<std::vector<MailboxPlan>> parse_mailboxes(std::string_view value, std::string_view file,
                                                 std::size_t line);

struct RenderedMailbox {
  mime::Mailbox mailbox;
  Address address;
};

/// One recipient's mailbox. Error::Syntax when the address is none.
Result<RenderedMailbox> render_mailbox(const MailboxPlan& plan, const Fields& fields,
                                       Missing missing);

/// The addr-spec of `address` as headers write it: local part quoted where needed, A-label domain.
std::string header_address(const Address& address);

}  // namespace hagaki::letter
