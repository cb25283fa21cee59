#pragma once

#include <curl/curl.h>

namespace hagaki::net {

/// True when a session was not opened because TLS was not offered, failed, or the server cannot be
/// trusted: nothing that another try would mend.
bool is_tls_trouble(CURLcode code);

}  // namespace hagaki::net
