#include "net/tls_failure.h"

#include <openssl/x509_vfy.h>

namespace hagaki::net {

std::string_view tls_failure_name(long verdict) {
  switch (verdict) {
    case X509_V_OK:
      return {};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "certificate-host-mismatch";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "certificate-expired";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "certificate-not-trusted";
    default:
      return "validation-failure";
  }
}

std::string_view tls_failure_words(long verdict) {
  return verdict == X509_V_ERR_DANE_NO_MATCH ? "the certificate matches no TLSA record"
                                             : X509_verify_cert_error_string(verdict);
}

}  // namespace hagaki::net
