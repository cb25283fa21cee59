#include "net/opportunistic_tls.h"

#include <openssl/x509_vfy.h>

namespace hagaki::net {
namespace {

int trust_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// Notes what OpenSSL found, and lets the handshake go on.
int note(int good, X509_STORE_CTX* check) {
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* trust = static_cast<TlsTrust*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), trust_index()));
  if (trust) {
    if (!trust->used) trust->verified = true;
    trust->used = true;
    if (!good) {
      if (trust->error == X509_V_OK) trust->error = X509_STORE_CTX_get_error(check);
      trust->verified = false;
    }
  }
  return 1;
}

}  // namespace

OpportunisticTls::OpportunisticTls(const std::string& ca_file) : store_(X509_STORE_new()) {
  if (!store_) return;
  const int ok = ca_file.empty()
                     ? X509_STORE_set_default_paths(store_.get())
                     : X509_STORE_load_locations(store_.get(), ca_file.c_str(), nullptr);
  if (ok != 1) store_.reset(X509_STORE_new());
}

void OpportunisticTls::attach(SSL_CTX* context, const std::string& host, TlsTrust& trust) const {
  if (store_) SSL_CTX_set1_cert_store(context, store_.get());
  X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(context), host.c_str(), host.size());
  SSL_CTX_set_ex_data(context, trust_index(), &trust);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &note);
}

}  // namespace hagaki::net
