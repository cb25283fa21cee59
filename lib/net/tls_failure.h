#pragma once

#include <string_view>

namespace hagaki::net {

/// What OpenSSL's verdict over a certificate (X509_V_…) is called in reports (RFC 8460 §4.3):
/// "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted",
/// "validation-failure". Empty for X509_V_OK.
std::string_view tls_failure_name(long verdict);

/// The same in words for people.
std::string_view tls_failure_words(long verdict);

}  // namespace hagaki::net
