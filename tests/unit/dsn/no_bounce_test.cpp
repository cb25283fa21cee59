#include <doctest/doctest.h>

#include <string>

#include "dsn/read.h"

namespace no_bounce_test {

using namespace hagaki;
using dsn::Kind;

namespace {

struct Case {
  const char* name;
  const char* mail;
};

constexpr const char* kReport =
    "This is the mail system at host mx.example.jp.\n\n"
    "I'm sorry to have to inform you that your message could not\n"
    "be delivered to one or more recipients. It's attached below.\n\n"
    "<taro@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown\n";

}  // namespace

TEST_CASE("mail that is no bounce") {
  const Case cases[] = {
      {"a newsletter that tells of codes",
       "Return-Path: <news@example.jp>\nFrom: Mail magazine <news@example.jp>\n"
       "Subject: What 550 5.1.1 user unknown means\n\n"
       "Mail to taro@example.jp could not be delivered: 550 5.1.1 user unknown. What now?\n"},
      {"a newsletter that says it is automatic",
       "Return-Path: <news@example.jp>\nFrom: Shop <news@example.jp>\n"
       "Auto-Submitted: auto-generated\nSubject: Your parcel\n\n"
       "Your parcel could not be delivered. Write to taro@example.jp. Order 550.\n"},
      {"a person asks about a bounce",
       "From: Hanako <hanako@example.jp>\nSubject: Re: Undelivered Mail Returned to Sender\n\n"
       "Hi, I got this. What does it mean?\n\n> This is the mail system at host mx.example.jp.\n"
       "> <taro@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown\n"},
      {"a helpdesk answers and quotes",
       "Return-Path: <>\nFrom: Helpdesk <help@example.jp>\nAuto-Submitted: auto-replied\n"
       "Subject: [Ticket 550] Re: question\n\nThank you, we have received your mail.\n\n"
       "> This is the qmail-send program at mx.example.jp.\n> <taro@example.com>:\n"
       "> Remote host said: 550 5.1.1 User unknown\n"},
      {"the administrator announces work",
       "Return-Path: <postmaster@example.jp>\nFrom: Postmaster <postmaster@example.jp>\n"
       "Subject: Maintenance of the mail server\n\n"
       "On Sunday mail is answered with 421 for an hour. Questions: taro@example.jp\n"},
      {"the postmaster's newsletter shows a bounce",
       "Return-Path: <news@example.jp>\nFrom: postmaster@example.jp\nList-Id: <news.example.jp>\n"
       "List-Unsubscribe: <https://example.jp/u>\nSubject: How to read bounces\n\n"
       "This is the mail system at host mx.example.jp.\n\n"
       "<taro@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown\n"},
      {"an order whose number looks like a token to leave by",
       "Return-Path: <anna@else.example>\nFrom: Anna <anna@else.example>\nTo: shop@example.jp\n"
       "Subject: Order HU12. when will it arrive at home\n\nHello\n"},
      {"a read receipt without its type",
       "Return-Path: <>\nFrom: Taro <taro@example.com>\nSubject: Read: Hello\n\n"
       "Your message\n\n  To: taro@example.com\n  Subject: Hello\n\nwas read on 21 Nov 2026.\n"},
      {"a read receipt (RFC 8098)",
       "Return-Path: <>\nFrom: Taro <taro@example.com>\nSubject: Disposition notification\n"
       "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
       "--b\n\nThe message was displayed.\n--b\nContent-Type: message/disposition-notification\n\n"
       "Final-Recipient: rfc822; taro@example.com\n"
       "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"},
      {"a read receipt that lost its type",
       "Return-Path: <>\nFrom: Taro <taro@example.com>\nSubject: Disposition notification\n\n"
       "The message was displayed.\n\nReporting-UA: mail; 1\n"
       "Final-Recipient: rfc822; taro@example.com\n"
       "Disposition: manual-action/MDN-sent-manually; displayed\n"},
      {"a filter lists what it holds back",
       "Return-Path: <>\nFrom: postmaster@example.jp\nAuto-Submitted: auto-generated\n"
       "Subject: Quarantine summary: 2 messages\n\n"
       "Blocked as spam:\n\n taro@example.net   Offer   550 5.7.1 blocked\n"},
      {"a log's summary",
       "Return-Path: <root@example.jp>\nFrom: root@example.jp\nAuto-Submitted: auto-generated\n"
       "Subject: Postfix log summaries for Nov 20\n\nmessage bounce detail (by relay)\n"
       "    3   550 5.1.1 <taro@example.com>: User unknown (in reply to RCPT TO command)\n"},
      {"a TLS report",
       "Return-Path: <>\nFrom: tls@example.com\nSubject: Report Domain: example.jp\n"
       "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n"
       "--b\n\nThis is an aggregate TLS report from example.com.\n--b\n"
       "Content-Type: application/tlsrpt+gzip\nContent-Transfer-Encoding: base64\n\nH4sI\n--b--\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto report = dsn::read_report(mime::Message::parse(c.mail));
    CHECK(report.kind != Kind::Bounce);
    if (report.kind == Kind::Other) CHECK(report.recipients.empty());
  }
}

TEST_CASE("bounces that look like what is none") {
  const std::string mailer = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\n";
  const std::string listed =
      "Return-Path: <bounces+bnc1@groups.example.jp>\nList-Id: <bounces.example.jp>\n"
      "List-Unsubscribe: <mailto:bounces+unsubscribe@groups.example.jp>\n";
  const std::string qmail =
      "Hi. This is the qmail-send program at mx.example.jp.\nI'm afraid I wasn't able to deliver "
      "your message to the following addresses.\nThis is a permanent error; I've given up. Sorry "
      "it "
      "didn't work out.\n\n<taro@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n";
  const struct {
    const char* name;
    std::string mail;
  } cases[] = {
      {"its subject quotes that of a digest",
       mailer +
           "Subject: Undeliverable: Your weekly quarantine report\n\n"
           "Your message could not be delivered:\n<taro@example.com>: 550 5.1.1 unknown user\n"},
      {"a subject of a digest alone, and a system's own words",
       mailer + "Subject: Spam quarantine\n\n" + kReport},
      {"a Japanese one", mailer +
                             "Content-Type: text/plain; charset=utf-8\n"
                             "Subject: Undelivered Mail: 隔離メールのお知らせ\n\n" +
                             kReport},
      {"through a list of its readers",
       listed + "From: MAILER-DAEMON@mx.example.jp\nSubject: failure notice\n\n" + qmail},
      {"the same, and the sender's address was rewritten",
       listed +
           "From: mx via bounces <bounces@groups.example.jp>\n"
           "X-Failed-Recipients: taro@example.com\nSubject: failure notice\n\n" +
           qmail},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto report = dsn::read_report(mime::Message::parse(c.mail));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.kind == Kind::Bounce);
    CHECK(report.recipients[0].email == "taro@example.com");
    CHECK(report.recipients[0].reason == "userunknown");
  }
}

TEST_CASE("a bounce that a person sends on") {
  const std::string person =
      "Return-Path: <hanako@example.jp>\nFrom: Hanako <hanako@example.jp>\n"
      "To: help@example.jp\nSubject: Fwd: Undelivered Mail Returned to Sender\n"
      "MIME-Version: 1.0\n";
  const std::string status =
      "Content-Type: multipart/report; report-type=delivery-status; boundary=r\n"
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nSubject: Undelivered\n\n--r\n\n" +
      std::string(kReport) +
      "\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.jp\n\n"
      "Final-Recipient: rfc822; taro@example.com\nAction: failed\nStatus: 5.1.1\n\n--r--\n";
  for (const std::string& body :
       {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\n"
        "Content-Type: message/rfc822\n\n" +
            status + "\n--b--\n",
        "Content-Type: message/rfc822\n\n" + status,
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\n"
        "Content-Type: text/plain; name=bounce.eml\nContent-Disposition: attachment\n\n" +
            status + "\n--b--\n",
        "\nSee below.\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON\n\n" +
            std::string(kReport),
        "\n" + status}) {
    CAPTURE(body);
    const std::string bytes = person + body;
    const auto report = dsn::read_report(mime::Message::parse(bytes));
    CHECK(report.kind == Kind::Other);
    CHECK(report.recipients.empty());
  }
}

TEST_CASE("automatic answers, marked or not") {
  const Case cases[] = {
      {"marked", "Auto-Submitted: auto-replied\nSubject: Re: Hello\n\nI am away.\n"},
      {"vacation of an old kind", "Precedence: auto_reply\nSubject: Re: Hello\n\nAway.\n"},
      {"English", "Subject: Out of Office: Hello\n\nI am out of the office until Monday.\n"},
      {"English, another", "Subject: Automatic reply: Hello\n\nI am away.\n"},
      {"English, I am", "Subject: I am out of the office\n\nBack on Monday.\n"},
      {"Japanese", "Subject: 自動返信: こんにちは\n\n本日は休暇をいただいております。\n"},
      {"Japanese, absent", "Subject: 【不在】Re: こんにちは\n\n出張のため不在です。\n"},
      {"Japanese, a notice", "Subject: 【休暇中】Re: こんにちは\n\n休暇をいただいております。\n"},
      {"German", "Subject: Automatische Antwort: Hallo\n\nIch bin nicht im Büro.\n"},
      {"German, absent", "Subject: Abwesenheitsnotiz: Hallo\n\nIch bin im Urlaub.\n"},
      {"French", "Subject: Réponse automatique : Bonjour\n\nJe suis absent.\n"},
      {"French, absent", "Subject: Absence du bureau : Bonjour\n\nJe suis absent.\n"},
      {"Spanish", "Subject: Respuesta automática: Hola\n\nEstoy fuera.\n"},
      {"Italian", "Subject: Risposta automatica: Ciao\n\nSono assente.\n"},
      {"Portuguese", "Subject: Resposta automática: Olá\n\nEstou ausente.\n"},
      {"Chinese", "Subject: 自动回复: 你好\n\n我正在休假。\n"},
      {"gone, and says what a bounce would",
       "Auto-Submitted: auto-replied\nSubject: Re: Hello\n\n"
       "I have left the company; this mail has not been delivered to anybody else.\n"},
      {"with a null return path", "Return-Path: <>\nX-Autoreply: yes\nSubject: Re: Hi\n\nAway.\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string bytes =
        "From: Taro <taro@example.com>\nTo: news@example.jp\n"
        "Content-Type: text/plain; charset=utf-8\n" +
        std::string(c.mail);
    const auto report = dsn::read_report(mime::Message::parse(bytes));
    CHECK(report.kind == Kind::Vacation);
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].email == "taro@example.com");
  }
}

}  // namespace no_bounce_test
