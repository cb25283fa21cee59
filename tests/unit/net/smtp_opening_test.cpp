#include "net/smtp_opening.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/text.h"

namespace {

using hagaki::split;
using hagaki::net::SmtpOpening;

TEST_CASE("what a failed opening means") {
  struct Case {
    const char* name;
    const char* heard;  // reply lines
    CURLcode code;
    bool connected;
    bool wanted_auth;
    bool implicit_tls;
    const char* want;  // phase and reply code or message
    bool secured = false;
  };
  const Case cases[] = {
      {"good", "220 a\n250 b", CURLE_OK, true, false, false, "good"},
      {"good with AUTH", "220 a\n250 b\n235 c", CURLE_OK, true, true, false, "good"},
      {"AUTH wanted, none offered", "220 a\n250 b", CURLE_OK, true, true, false,
       "auth server offers no authentication that we can use"},
      {"nobody listens", "", CURLE_COULDNT_CONNECT, false, false, false,
       "connect Couldn't connect to server"},
      {"no connection in time", "", CURLE_OPERATION_TIMEDOUT, false, false, false,
       "connect no connection in time"},
      {"no greeting in time", "", CURLE_OPERATION_TIMEDOUT, true, false, false,
       "greeting no answer in time"},
      {"refused at once", "554-5.7.1 no\n554 5.7.1 never", CURLE_WEIRD_SERVER_REPLY, true, false,
       false, "greeting 554 no/never"},
      {"too many connections", "421 4.7.0 later", CURLE_WEIRD_SERVER_REPLY, true, false, false,
       "greeting 421 later"},
      {"EHLO refused", "220 a\n550 who are you", CURLE_REMOTE_ACCESS_DENIED, true, false, false,
       "greeting 550 who are you"},
      {"wrong password", "220 a\n250 b\n535 5.7.8 wrong", CURLE_LOGIN_DENIED, true, true, false,
       "auth 535 wrong"},
      {"TLS wanted, not offered", "220 a\n250 b", CURLE_USE_SSL_FAILED, true, false, false,
       "tls server does not offer TLS"},
      {"STARTTLS refused", "220 a\n250 b\n454 4.7.0 no TLS now", CURLE_USE_SSL_FAILED, true, false,
       false, "tls 454 no TLS now"},
      {"smtps with a silent server", "", CURLE_OPERATION_TIMEDOUT, true, false, true,
       "tls no answer in time"},
      {"not SMTP", "SSH-2.0-OpenSSH_9.2", CURLE_WRITE_ERROR, true, false, false,
       "greeting not an SMTP reply: \"SSH-2.0-OpenSSH_9.2\""},
      {"lost in the middle of AUTH", "220 a\n250 b\n334 VXNlcm5hbWU6", CURLE_RECV_ERROR, true, true,
       false, "auth Failure when receiving data from the peer"},
      {"smtps, closed behind the handshake", "", CURLE_WEIRD_SERVER_REPLY, true, false, true,
       "greeting Weird server reply", true},
      {"closed in the handshake of STARTTLS", "220 a\n250 b\n220 go", CURLE_RECV_ERROR, true, false,
       false, "tls Failure when receiving data from the peer"},
      {"closed behind the handshake of STARTTLS", "220 a\n250 b\n220 go", CURLE_RECV_ERROR, true,
       false, false, "greeting Failure when receiving data from the peer", true},
      {"a reply in the clear behind the go-ahead for TLS", "220 a\n250 b\n220 go",
       CURLE_WEIRD_SERVER_REPLY, true, false, false,
       "tls more than the go-ahead for TLS was said in the clear"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    SmtpOpening opening;
    for (const auto line : split(c.heard, '\n')) {
      if (!line.empty()) opening.feed(std::string(line) + "\r\n");
    }
    const auto refused = opening.judge(c.code, {.connected = c.connected,
                                                .secured = c.secured,
                                                .implicit_tls = c.implicit_tls,
                                                .wanted_auth = c.wanted_auth});
    std::string got = "good";
    if (refused && refused->reply) {
      std::string text = refused->reply->text;
      for (char& ch : text) ch = ch == '\n' ? '/' : ch;
      got = fmt::format("{} {} {}", refused->phase, refused->reply->code, text);
    } else if (refused) {
      got = fmt::format("{} {}", refused->phase, refused->message);
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("a lost handshake is an accident, a bad certificate is not") {
  struct Case {
    const char* name;
    const char* heard;
    CURLcode code;
    bool want;
  };
  const Case cases[] = {
      {"broken off", "220 a\n250 b\n220 go", CURLE_SSL_CONNECT_ERROR, true},
      {"connection lost", "220 a\n250 b\n220 go", CURLE_RECV_ERROR, true},
      {"silence", "220 a\n250 b\n220 go", CURLE_OPERATION_TIMEDOUT, true},
      {"untrusted", "220 a\n250 b\n220 go", CURLE_PEER_FAILED_VERIFICATION, false},
      {"not offered", "220 a\n250 b", CURLE_USE_SSL_FAILED, false},
      {"injected", "220 a\n250 b\n220 go", CURLE_WEIRD_SERVER_REPLY, false},
      {"lost before", "220 a\n250 b", CURLE_RECV_ERROR, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    SmtpOpening opening;
    for (const auto line : split(c.heard, '\n')) opening.feed(std::string(line) + "\r\n");
    const auto refused = opening.judge(c.code, {.connected = true});
    REQUIRE(refused);
    CHECK(refused->handshake_lost == c.want);
  }
}

TEST_CASE("capabilities are those of the last EHLO") {
  SmtpOpening opening;
  for (const char* line : {"220 a", "250-a", "250-PIPELINING", "250 STARTTLS", "220 go ahead",
                           "250-a", "250-SIZE 100", "250 AUTH PLAIN", "235 welcome"}) {
    opening.feed(std::string(line) + "\r\n");
  }
  const auto caps = opening.capabilities();
  CHECK(!caps.pipelining);
  CHECK(caps.max_size == 100);
}

TEST_CASE("a server without end is given up") {
  SmtpOpening opening;
  bool goes_on = true;
  for (int i = 0; i < 1000 && goes_on; ++i) goes_on = opening.feed("220 more\r\n");
  CHECK(!goes_on);
}

}  // namespace
