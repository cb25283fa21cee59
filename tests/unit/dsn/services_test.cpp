#include "notice_case.h"

/// Gateways and mail services, and systems that nobody knows.
TEST_CASE("notices of gateways and services") {
  check_notices({
      {"Gmail, old",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
       "X-Failed-Recipients: taro@example.com\n"
       "Subject: Delivery Status Notification (Failure)\n",
       "Delivery to the following recipient failed permanently:\n\n     taro@example.com\n\n"
       "Technical details of permanent failure:\nGoogle tried to deliver your message, but it was "
       "rejected by the server for the recipient domain example.com by mx.example.com. "
       "[192.0.2.1].\n\nThe error that the other server returned was:\n"
       "550 5.1.1 <taro@example.com>... User Unknown\n\n----- Original message -----\n\n"
       "To: taro@example.com\nSubject: Hello\n",
       "Gmail",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Gmail, with headings",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
       "Subject: Delivery Status Notification (Failure)\n",
       "** Address not found **\n\nYour message wasn't delivered to taro@example.com because the "
       "address couldn't be found, or is unable to receive mail.\n\n"
       "The response from the remote server was:\n550 5.1.1 The email account does not exist.\n",
       "Gmail",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Gmail in Japanese",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
       "Subject: Delivery Status Notification (Failure)\nContent-Type: text/plain; charset=utf-8\n",
       "** 受信トレイの空き容量がありません **\n\n宛先の受信トレイに空き容量がないか、受信メールが"
       "多すぎるため、メールを taro@example.com に配信できませんでした。\n\n"
       "リモート サーバーからの応答:\n552 5.2.2 The email account is over quota.\n",
       "Gmail",
       {{"taro@example.com", "failed", "5.2.2", 552, "mailboxfull"}}},
      {"Yahoo",
       "Return-Path: <>\nFrom: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice\n",
       "Sorry, we were unable to deliver your message to the following address.\n\n"
       "<taro@example.com>:\nRemote host said:\n550 5.1.1 unknown or illegal alias [RCPT_TO]\n\n"
       "--- Below this line is a copy of the message.\n\nSubject: Hello\n",
       "Yahoo",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Zoho",
       "Return-Path: <>\nFrom: mailer-daemon@mail.zoho.com\nX-Mailer: Zoho Mail\n"
       "Subject: Undelivered Mail Returned to Sender\n",
       "This message was created automatically by mail delivery software.\nA message that you sent "
       "could not be delivered to one or more of its recipients. This is a permanent error.\n\n"
       "taro@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 User Unknown\n",
       "Zoho Mail",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"GMX",
       "Return-Path: <>\nFrom: GMX Mailer Daemon <mailer-daemon@gmx.de>\n"
       "Subject: Mail delivery failed: returning message to sender\nX-GMX-Antispam: 0\n",
       "This message was created automatically by mail delivery software.\n\n"
       "A message that you sent could not be delivered to one or more of\n"
       "its recipients. This is a permanent error. The following address\nfailed:\n\n"
       "\"taro@example.com\":\nSMTP error from remote server after RCPT command:\n"
       "host: mx.example.com\n5.1.1 <taro@example.com>... User Unknown\n\n"
       "--- The header of the original message is following. ---\n\nSubject: Hello\n",
       "Exim",
       {{"taro@example.com", "failed", "5.1.1", 0, "userunknown"}}},
      {"1&1",
       "Return-Path: <>\nFrom: \"Mail Delivery System\" <mailer-daemon@kundenserver.example>\n"
       "Subject: Mail delivery failed: returning message to sender\n",
       "This message was created automatically by mail delivery software.\n\n"
       "A message that you sent could not be delivered to one or more of its\n"
       "recipients. The following addresses failed:\n\ntaro@example.eu\n\n"
       "For the following reason:\n\nMail size limit exceeded. For explanation visit\n"
       "http://postmaster.example/\n\n--- The header of the original message is following. ---\n\n"
       "Subject: Hello\n",
       "Exim",
       {{"taro@example.eu", "failed", "", 0, "mesgtoobig"}}},
      {"mail.ru in Russian",
       "Return-Path: <>\nFrom: Mail Delivery System <mailer-daemon@mxs.mail.ru>\n"
       "Subject: Mail failure.\nContent-Type: text/plain; charset=windows-1251\n"
       "Content-Transfer-Encoding: 8bit\nX-Failed-Recipients: taro@example.ru\n",
       "\xdd\xf2\xee \xef\xe8\xf1\xfc\xec\xee \xf1\xee\xe7\xe4\xe0\xed\xee "
       "\xe0\xe2\xf2\xee\xec\xe0\xf2\xe8\xf7\xe5\xf1\xea\xe8\n\n  taro@example.ru\n"
       "    550 user not found\n",
       "mail.ru",
       {{"taro@example.ru", "failed", "", 550, "userunknown"}}},
      {"MailMarshal",
       "Return-Path: <>\nFrom: postmaster@example.com\n"
       "Subject: Undeliverable Mail: \"Hello\"\n",
       "Your message:\n   From:    news@example.jp\n   Subject: Hello\n\n"
       "Could not be delivered because of\n\n550 5.1.1 User unknown\n\n"
       "The following recipients were affected: \n    taro@example.com\n\n"
       "Additional Information\n======================\n"
       "Original Sender:    <news@example.jp>\nSender-MTA:         <192.0.2.9>\n",
       "MailMarshal",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"InterScan",
       "Return-Path: <>\nFrom: \"InterScan MSS\" <postmaster@example.com>\n"
       "Subject: Mail could not be delivered\n",
       "The following mail could not be delivered.\n\nSent <<< RCPT TO:<taro@example.com>\n"
       "Received >>> 550 5.1.1 <taro@example.com>... user unknown\n",
       "InterScan",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"SurfControl",
       "Return-Path: <>\nFrom: <MAILER-DAEMON@example.com>\nSubject: Hello\n",
       "Your message could not be sent.\nA transcript of the attempts to send the message "
       "follows.\n"
       "The number of attempts made: 1\nAddressed To: taro@example.com\n\n"
       "Sat 21 Nov 2026 09:00:00 +0900\nFailed to send to identified host,\n"
       "taro@example.com: [192.0.2.5], 550 taro@example.com... No such user\n"
       "--- Message non-deliverable.\n",
       "SurfControl",
       {{"taro@example.com", "failed", "", 550, "userunknown"}}},
      {"McAfee",
       "Return-Path: <>\nFrom: <Postmaster@example.com>\nSubject: Delivery Status\n",
       "    --- The following addresses had delivery problems ---\n\n"
       "<taro@example.com>   (User unknown taro@example.com)\n",
       "McAfee",
       {{"taro@example.com", "failed", "", 0, "userunknown"}}},
      {"Barracuda",
       "Return-Path: <>\nFrom: MAILER-DAEMON <>\n"
       "Subject: **Message you sent blocked by our bulk email filter**\n",
       "\nYour message to: taro@example.com\nwas blocked by our Spam Firewall. The email you sent "
       "with the following subject has NOT BEEN DELIVERED:\n\nSubject: Hello\n",
       "Barracuda",
       {{"taro@example.com", "failed", "", 0, "spamdetected"}}},
      {"Active!hunter",
       "Return-Path: <>\nFrom: \"MAILER-DAEMON\" <MAILER-DAEMON@example.jp>\n"
       "Subject: FAILURE NOTICE :Hello\nX-AHMAILID: 1\n",
       "  ----- The following addresses had permanent fatal errors -----\n\n"
       ">>> taro@example.com <taro@example.com>\n\n  ----- Transcript of session follows -----\n"
       "550 sorry, no mailbox here by that name (#5.1.1 - chkusr)\n",
       "Sendmail",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"a gateway that numbers its errors",
       "Return-Path: <>\nFrom: mailer-daemon\nSubject: There was an error sending your mail\n",
       "We had trouble delivering your message. Full details follow:\n\nSubject: 'Hello'\n\n"
       "1 error(s):\n\nSMTP Server <mx.example.com> rejected recipient <taro@example.com> "
       "(Error following RCPT command). It responded as follows: [550 5.1.1 User unknown]\n",
       "unknown",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"unknown, in brackets",
       "Return-Path: <MAILER-DAEMON@mx.example.jp>\nFrom: \"Mail Deliver System\" <x@example.jp>\n"
       "Subject: Returned Mail: User unknown\n",
       "The original message was received at Sat, 21 Nov 2026 09:00:00 +0900\nfrom "
       "news@example.jp\n"
       "\n---The following addresses had delivery errors---\n\ntaro@example.com [User unknown]\n",
       "Sendmail",
       {{"taro@example.com", "failed", "", 0, "userunknown"}}},
      {"unknown, a list with technical details",
       "Return-Path: <>\nFrom: Mail Delivery System <Mail.Delivery.System@mx.example.jp>\n"
       "Subject: Delivery status notification\n",
       "============================================================================\n"
       "     This is an automatically generated Delivery Status Notification.\n\n"
       "Delivery to the following recipients failed permanently:\n\n  * taro@example.com\n\n\n"
       "============================================================================\n"
       "                            Technical details:\n\n"
       "SMTP:RCPT host 192.0.2.8: 553 5.3.0 <taro@example.com>... No such user here\n",
       "unknown",
       {{"taro@example.com", "failed", "5.3.0", 553, "userunknown"}}},
      {"unknown, a log and a list",
       "Return-Path: <x@example.net>\nFrom: <MAILER-DAEMON@example.net>\n"
       "Subject: mail failed, returning to sender\n",
       "|------------------------- Message log follows: -------------------------|\n"
       " no valid recipients were found for this message\n"
       "|------------------------- Failed addresses follow: ---------------------|\n"
       " taro@nowhere.example ... unknown host\n"
       "|------------------------- Message text follows: ------------------------|\n"
       "Received: from mx.example.jp\nTo: taro@nowhere.example\n",
       "unknown",
       {{"taro@nowhere.example", "failed", "", 0, "hostunknown"}}},
      {"unknown, a code somewhere in the body",
       "Return-Path: <>\nFrom: Mail Robot <robot@mx.example.com>\nSubject: Hello\n",
       "Dear sender,\n\nwe are sorry. Mail to taro@example.com came back with "
       "552 5.2.2 mailbox exceeds its quota.\n\nYours, the mail robot\n",
       "unknown",
       {{"taro@example.com", "failed", "5.2.2", 552, "mailboxfull"}}},
      {"unknown, only the returned mail names somebody",
       "Return-Path: <>\nFrom: postmaster@example.com\nSubject: Delivery failure\n"
       "Content-Type: multipart/mixed; boundary=b\n",
       "--b\nContent-Type: text/plain\n\nThe attached message could not be delivered: "
       "mailbox full.\n\n--b\nContent-Type: message/rfc822\n\n"
       "Received: from relay.example.jp by mx.example.com for <taro@example.com>;\n"
       "\tSat, 21 Nov 2026 09:00:00 +0900\nTo: members@example.jp\nFrom: news@example.jp\n"
       "Subject: Hello\n\nHello\n--b--\n",
       "unknown",
       {{"taro@example.com", "failed", "", 0, "mailboxfull"}}},
      {"unknown, only the return path names somebody",
       "Return-Path: <>\nFrom: postmaster@example.com\nSubject: Undeliverable\n"
       "Delivered-To: bounces+taro=example.com=spring@news.example.jp\n",
       "Your message could not be delivered. No such user.\n",
       "unknown",
       {{"", "failed", "", 0, "userunknown"}}},
      {"IronPort",
       "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@esa.example.com>\n"
       "Subject: Delivery Status Notification (Failure)\n",
       "The following message to <taro@example.com> was undeliverable.\n"
       "The reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 "
       "<taro@example.com>: User unknown'\n",
       "Cisco IronPort",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"MDaemon",
       "Return-Path: <>\nFrom: MDaemon@example.com\nSubject: Permanent Delivery Failure\n",
       "The following addresses had delivery problems:\n\n"
       "taro@example.com (550 5.1.1 Recipient unknown)\n\n--- Session Transcript ---\n"
       " --> RCPT To:<taro@example.com>\n <-- 550 5.1.1 Recipient unknown\n",
       "MDaemon",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"hMailServer",
       "Return-Path: <>\nFrom: mailer-daemon@example.com\nSubject: Message undeliverable: Hello\n",
       "Your message did not reach some or all of the intended recipients.\n\n"
       "   Subject: Hello\n\nThe following recipient(s) could not be reached:\n\n"
       "taro@example.com\n   Error Type: SMTP\n   Remote server (192.0.2.1) issued an error.\n"
       "   hMailServer sent: RCPT TO:<taro@example.com>\n"
       "   Remote server replied: 550 5.1.1 User unknown\n\nhMailServer\n",
       "hMailServer",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"words that name no system",
       "Return-Path: <>\nFrom: postmaster@example.com\n"
       "Subject: Undelivered Mail Returned to Sender\n",
       "Your message could not be delivered to one or more recipients.\n\n"
       "taro@example.com: 552 5.2.2 user is over quota\n",
       "unknown",
       {{"taro@example.com", "failed", "5.2.2", 552, "mailboxfull"}}},
      {"two parts in two languages",
       "Return-Path: <>\nFrom: Mail Delivery <mailer-daemon@example.fr>\n"
       "Subject: Non remis\nContent-Type: text/plain; charset=utf-8\n",
       "Votre message n'a pas pu être remis à l'adresse suivante :\n\n<taro@example.fr>\n\n"
       "550 5.1.1 Adresse inconnue / user unknown\n",
       "unknown",
       {{"taro@example.fr", "failed", "5.1.1", 550, "userunknown"}}},
  });
}

TEST_CASE("who wrote a notice that nobody knows") {
  const std::string bytes =
      "Return-Path: <>\nFrom: Mail Robot <robot@mx.example.com>\nSubject: Undeliverable\n"
      "Delivered-To: bounces+taro=example.com=spring@news.example.jp\n\nUser unknown.\n";
  const auto report = hagaki::dsn::read_report(hagaki::mime::Message::parse(bytes));
  CHECK(report.reporting_mta == "mx.example.com");
  CHECK(report.campaign == "spring");
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "taro@example.com");
}

TEST_CASE("an event that SES mails through SNS, broken by a relay") {
  const std::string headers =
      "Return-Path: <x@example.amazonses.com>\nFrom: no-reply@sns.amazonaws.com\n"
      "Subject: AWS Notification Message\n";
  const std::string event =
      "\n{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":"
      "[{\"emailAddress\":\"taro@exam!\n ple.com\"}],\"complaintFeedbackType\":\"abuse\"},"
      "\"mail\":{\"source\":\"news@example.jp\",\"messageId\":\"1\","
      "\"destination\":[\"taro@example.com\"]}}\n\n--\nTo stop this, visit https://example.jp/\n";
  const std::string bytes = headers + "x-amz-sns-message-id: 1\n" + event;
  const auto report = hagaki::dsn::read_report(hagaki::mime::Message::parse(bytes));
  CHECK(report.kind == hagaki::dsn::Kind::Feedback);
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "taro@example.com");

  const std::string pasted = headers + event;  // somebody shows it to somebody
  CHECK(hagaki::dsn::read_report(hagaki::mime::Message::parse(pasted)).kind ==
        hagaki::dsn::Kind::Other);
}
