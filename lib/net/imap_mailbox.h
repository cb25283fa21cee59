#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/mailbox.h"

namespace hagaki::net {

/// A folder of an IMAP server (RFC 3501) on a session that is logged in.
///
/// Mails without \Seen are given out, fetched with BODY.PEEK so that fetching leaves no trace. One
/// that is Left gets the keyword HagakiRead where the folder takes keywords: people still see it as
/// unread, and later runs pass it over. Several fetches are on their way at once, and what becomes
/// of a mail is sent together with the next of them, so that a distant server is not waited for
/// with each mail; memory holds one. A session that breaks off leaves at most the 8 mails given out
/// last without their flag.
///
/// Moving uses MOVE (RFC 6851), or COPY, and deletion when the copy exists; deletion uses UID
/// EXPUNGE (RFC 4315), and without that leaves mails marked \Deleted: EXPUNGE would remove what
/// others have marked.
Result<std::unique_ptr<Mailbox>> open_imap(std::unique_ptr<ByteStream> stream,
                                           const std::string& folder, const MailboxAction& action,
                                           OnRefused refused);

}  // namespace hagaki::net
