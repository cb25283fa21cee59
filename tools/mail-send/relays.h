#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/log.h"
#include "delivery/campaign.h"
#include "options.h"

/// The relays with their credentials, which come from --password-file, HAGAKI_RELAY_PASSWORD,
/// $CREDENTIALS_DIRECTORY/relay-password or netrc, in this order.
hagaki::Result<std::vector<hagaki::delivery::Relay>> read_relays(const Options& options);

/// --tls, or what follows from the relays. Error::Config when a password or an smtps relay
/// contradicts it.
hagaki::Result<hagaki::delivery::Tls> tls_level(const Options& options,
                                                const std::vector<hagaki::delivery::Relay>& relays);

/// --helo, or this machine's name. Error::Config when it has none that a server on the internet
/// would take.
hagaki::Result<std::string> helo_name(const Options& options);
