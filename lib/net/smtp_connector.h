#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/loop.h"
#include "smtp/capabilities.h"
#include "smtp/reply.h"
#include "tlspolicy/tlsa.h"

namespace hagaki::net {

enum class SmtpTls {
  None,     ///< never
  May,      ///< where offered, with any certificate; in the clear where the handshake fails
  Encrypt,  ///< any certificate, but no session in the clear
  Require,  ///< a verified certificate or no session
  Dane,     ///< a certificate that matches one of SmtpTarget::tlsa or no session
};

/// Where to and how.
struct SmtpTarget {
  std::string host;  ///< for the certificate, and for the system's resolver where `ip` is empty
  std::string ip;
  std::uint16_t port = 25;
  bool implicit_tls = false;
  SmtpTls tls = SmtpTls::May;
  std::vector<tlspolicy::Tlsa> tlsa;  ///< usable ones, of SmtpTls::Dane
  std::string ca_file;                ///< empty: the system's
  std::string helo;
  std::string source_ip;  ///< empty: the system chooses
  /// With a user, Tls::May counts as Require: a password goes only to a verified server, or in the
  /// clear where that was asked for.
  std::string user;
  std::string password;
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds greeting_timeout{300'000};  ///< for each reply until ready, and for TLS
};

/// A session that is ready for MAIL.
struct SmtpOpened {
  smtp::Capabilities capabilities;
  std::string tls;  ///< "none", "unverified", "verified"
  /// What a "verified" would have asked for besides, in the words of RFC 8460 §4.3:
  /// "starttls-not-supported", "certificate-not-trusted"…; empty with it, and with SmtpTls::None.
  std::string tls_failure;
  std::string remote_ip;
  std::string source_ip;
};

/// Why there is no session.
struct SmtpRefused {
  std::string phase;                 ///< "connect", "greeting", "tls", "auth"
  std::optional<smtp::Reply> reply;  ///< the server's own words, where it had any
  std::string message;               ///< ours, where it had none
  std::string tls;                   ///< as in SmtpOpened; empty where it did not come so far
  std::string tls_failure;           ///< as in SmtpOpened, of phase "tls"
  std::string remote_ip;
  /// The TLS handshake came to no end: the connection was lost, or nothing came that is TLS.
  /// Another try may.
  bool handshake_lost = false;
  bool timed_out = false;  ///< there was no connection within SmtpTarget::connect_timeout
};

/// An SMTP session behind EHLO, STARTTLS and AUTH. Destroying it closes the connection, also from
/// inside its own callbacks, and also before it is open.
class SmtpConnection {
 public:
  /// Called from the loop, never from inside a function of the connection.
  struct Callbacks {
    std::function<void(const SmtpOpened&)> opened;
    std::function<void(const SmtpRefused&)> refused;  ///< instead of opened; nothing follows
    std::function<void(std::string_view)> received;
    std::function<void()> writable;          ///< after write() took less than all
    std::function<void(const Error&)> lost;  ///< nothing follows
  };

  ~SmtpConnection();
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  /// Hands bytes to the system. How many it took; with less than all, `writable` is called once
  /// more go. Repeat a short write with the same bytes (TLS). Error::Io when the connection is
  /// gone.
  Result<std::size_t> write(std::string_view bytes);
  /// What had arrived when write() failed, at most 64 KiB: a server that refuses in the middle of a
  /// body says why before it closes.
  std::string drain();

  struct State;

 private:
  friend class SmtpConnector;
  explicit SmtpConnection(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// Opens SMTP sessions with libcurl on a Loop. Must outlive its connections and not its loop.
class SmtpConnector {
 public:
  explicit SmtpConnector(Loop& loop);
  ~SmtpConnector();
  SmtpConnector(const SmtpConnector&) = delete;
  SmtpConnector& operator=(const SmtpConnector&) = delete;

  std::unique_ptr<SmtpConnection> connect(const SmtpTarget& target,
                                          SmtpConnection::Callbacks callbacks);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::net
