#pragma once

#include <memory>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/mailbox.h"

namespace hagaki::net {

/// Connects to a mailbox's server with libcurl: TLS, verified, and the login. The dialogue behind
/// it is the caller's. From a send(), or from answered(), to the end of the next answer no more
/// than ten minutes may pass, and between bytes no more than the target's timeout.
///
/// Error::Denied when the login is refused (in the server's words) or the server cannot be
/// trusted, Error::Retry when it cannot be reached now.
Result<std::unique_ptr<ByteStream>> connect_mailbox(const MailboxTarget& target);

}  // namespace hagaki::net
