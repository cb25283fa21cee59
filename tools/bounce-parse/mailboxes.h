#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/mailbox.h"
#include "options.h"

/// A mailbox that is open, with what it needs.
struct OpenedMailbox {
  std::unique_ptr<hagaki::net::UidlMemory> memory;  ///< of POP3
  std::unique_ptr<hagaki::net::Mailbox> mailbox;
  std::string url;  ///< for messages and records
};

/// Opens the mailbox of a URL; `refused` hears what the server would not do to a mail.
using OpenMailbox = std::function<hagaki::Result<OpenedMailbox>(const std::string& url,
                                                                hagaki::net::OnRefused refused)>;

/// The real one: asks for the password in the places that hold one, and connects. Error::Config
/// when there is no password, or `options` would show it to somebody on the way.
hagaki::Result<OpenedMailbox> open_by_url(const std::string& url, const Options& options,
                                          hagaki::net::OnRefused refused);

/// Checks the URLs among the operands as far as that goes without connecting: their form, and that
/// one password is not shown to several hosts.
hagaki::Result<void> check_urls(const Options& options);
