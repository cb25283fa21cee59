#pragma once

#include <memory>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/mailbox.h"

namespace hagaki::net {

/// A POP3 mailbox (RFC 1939) on a session that is logged in. Since the server keeps no flags,
/// `memory` says by their UIDLs which mails were read before, and is told of each that is settled;
/// it must outlive the mailbox. The server deletes when the session ends well: a mail whose
/// deletion a broken session has undone is deleted by the next run, and not given out again.
/// Error::Unsupported from a server without UIDL.
Result<std::unique_ptr<Mailbox>> open_pop3(std::unique_ptr<ByteStream> stream,
                                           const MailboxAction& action, UidlMemory& memory,
                                           OnRefused refused);

}  // namespace hagaki::net
