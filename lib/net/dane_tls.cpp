#include "net/dane_tls.h"

#include <openssl/x509_vfy.h>

namespace hagaki::net {
namespace {

/// Gives the handshake its records. How many it can use.
int add_records(SSL* ssl, const DaneCheck& check) {
  if (SSL_dane_enable(ssl, check.host.c_str()) <= 0) return -1;
  // RFC 7672 §3.1.1: who is named by its own record needs no name in the certificate.
  SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  int added = 0;
  for (const auto& record : check.records) {
    const auto* data = reinterpret_cast<const unsigned char*>(record.data.data());
    const int one = SSL_dane_tlsa_add(ssl, record.usage, record.selector, record.matching, data,
                                      record.data.size());
    if (one < 0) return -1;
    added += one;
  }
  return added;
}

/// In place of OpenSSL's own look at the certificates.
int verify(X509_STORE_CTX* store, void* state) {
  auto& check = *static_cast<DaneCheck*>(state);
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  check.trust = {};
  check.trust.used = true;
  const int usable = add_records(ssl, check);
  if (usable == 0) {
    check.trust.error = X509_V_ERR_DANE_NO_MATCH;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  int good = 0;
  if (usable > 0) {
    X509_STORE_CTX_set0_dane(store, SSL_get0_dane(ssl));
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(store), check.host.c_str(),
                                check.host.size());
    good = X509_verify_cert(store);
  }
  check.trust.verified = good == 1;
  check.trust.error = X509_STORE_CTX_get_error(store);
  if (!check.trust.verified && check.trust.error == X509_V_OK) {
    check.trust.error = X509_V_ERR_UNSPECIFIED;
    X509_STORE_CTX_set_error(store, check.trust.error);
  }
  return check.trust.verified ? 1 : 0;
}

}  // namespace

void attach_dane(SSL_CTX* context, DaneCheck& check) {
  SSL_CTX_dane_enable(context);
  SSL_CTX_set_cert_verify_callback(context, &verify, &check);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

}  // namespace hagaki::net
