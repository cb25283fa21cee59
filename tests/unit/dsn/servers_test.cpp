#include "notice_case.h"

/// Mail servers in their own words, as they write them without a structured report.
TEST_CASE("notices of mail servers") {
  const char* kMailer =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nTo: news@example.jp\n"
      "Subject: failure notice\n";
  check_notices({
      {"Postfix, an old name and several recipients",
       "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp (Mail Delivery System)\n"
       "To: news@example.jp\nSubject: Undelivered Mail Returned to Sender\n",
       "This is the Postfix program at host mx.example.jp.\n\n"
       "I'm sorry to have to inform you that the message returned\n"
       "below could not be delivered to one or more destinations.\n\n"
       "\t\t\tThe Postfix program\n\n"
       "<taro@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1\n"
       "    <taro@example.com>: Recipient address rejected: User unknown in\n"
       "    jiro@example.com relay table (in reply to RCPT TO command)\n\n"
       "<hanako@example.net> (expanded from <club@example.jp>): connect to\n"
       "    mx.example.net[192.0.2.2]: Connection timed out\n",
       "Postfix",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"},
        {"hanako@example.net", "failed", "", 0, "expired"}}},
      {"Postfix tells the postmaster of a session",
       "Return-Path: <double-bounce@mx.example.jp>\n"
       "From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)\nTo: postmaster@mx.example.jp\n"
       "Subject: Postfix SMTP server: errors from localhost[127.0.0.1]\n",
       "Transcript of session follows.\n\n Out: 220 mx.example.jp ESMTP\n In:  EHLO mx.example.jp\n"
       " Out: 250 DSN\n In:  MAIL FROM:<news@example.jp>\n Out: 250 2.1.0 Ok\n"
       " In:  RCPT TO:<taro@example.jp>\n Out: 250 2.1.5 Ok\n In:  DATA\n"
       " Out: 354 End data with <CR><LF>.<CR><LF>\n"
       " Out: 452 4.3.1 Insufficient system storage\n In:  QUIT\n Out: 221 2.0.0 Bye\n",
       "Postfix",
       {{"taro@example.jp", "failed", "4.3.1", 452, "systemfull"}}},
      {"Sendmail with a dialogue for each",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.jp>\n"
       "To: news@example.jp\nSubject: Returned mail: see transcript for details\n",
       "The original message was received at Sat, 21 Nov 2026 09:00:00 +0900\nfrom localhost\n\n"
       "   ----- The following addresses had permanent fatal errors -----\n<taro@example.com>\n"
       "    (reason: 550 5.7.1 Access denied)\n<hanako@example.com>\n"
       "    (reason: 550 5.1.1 unknown)\n\n   ----- Transcript of session follows -----\n"
       "... while talking to mx.example.com.:\n>>> RCPT To:<taro@example.com>\n"
       "<<< 550 5.7.1 <taro@example.com>... Relaying denied\n550 5.7.1 <taro@example.com>... "
       "Relaying denied\n>>> RCPT To:<hanako@example.com>\n"
       "<<< 550 5.1.1 <hanako@example.com>... User unknown\n"
       "550 5.1.1 <hanako@example.com>... User unknown\n",
       "Sendmail",
       {{"taro@example.com", "failed", "5.7.1", 550, "norelaying"},
        {"hanako@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Sendmail, replies to DATA name the recipients",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.jp>\n"
       "Subject: Returned mail: see transcript for details\n",
       "   ----- The following addresses had permanent fatal errors -----\n<a@example.com>\n"
       "<b@example.com>\n\n   ----- Transcript of session follows -----\n"
       "... while talking to mx.example.com.:\n>>> DATA\n"
       "<<< 552 5.2.2 <a@example.com>... Mailbox full\n"
       "<<< 550 5.1.1 <b@example.com>... User unknown\n554 5.0.0 Service unavailable\n",
       "Sendmail",
       {{"a@example.com", "failed", "5.2.2", 552, "mailboxfull"},
        {"b@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Sendmail 5",
       "Return-Path: <MAILER-DAEMON@mx.example.jp>\n"
       "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.jp>\nTo: news@example.jp\n"
       "Subject: Returned mail: Host unknown\n",
       "   ----- Transcript of session follows -----\n"
       "550 <taro@nowhere.example>... Host unknown\n\n   ----- Unsent message follows -----\n"
       "Received: by mx.example.jp (5.65/1)\nTo: taro@nowhere.example\n\nHello\n",
       "Sendmail",
       {{"taro@nowhere.example", "failed", "", 550, "hostunknown"}}},
      {"Sendmail warns",
       "Return-Path: <>\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.jp>\n"
       "Subject: Warning: could not send message for past 4 hours\n",
       "    **********************************************\n"
       "    **      THIS IS A WARNING MESSAGE ONLY      **\n"
       "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n"
       "    **********************************************\n\n"
       "   ----- The following addresses had transient non-fatal errors -----\n"
       "<taro@example.com>\n\n   ----- Transcript of session follows -----\n"
       "<taro@example.com>... Deferred: Connection timed out with mx.example.com.\n"
       "Warning: message still undelivered after 4 hours\nWill keep trying until message is 5 days "
       "old\n",
       "Sendmail",
       {{"taro@example.com", "delayed", "", 0, "expired"}}},
      {"qmail",
       kMailer,
       "Hi. This is the qmail-send program at mx.example.jp.\n"
       "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
       "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
       "<taro@example.com>:\n192.0.2.1 does not like recipient.\n"
       "Remote host said: 552 5.2.2 mailbox full\nGiving up on 192.0.2.1.\n\n"
       "<hanako@nowhere.example>:\nSorry, I couldn't find any host named nowhere.example. "
       "(#5.1.2)\n\n--- Below this line is a copy of the message.\n\n"
       "Return-Path: <news@example.jp>\nSubject: Hello\n\nHello\n",
       "qmail",
       {{"taro@example.com", "failed", "5.2.2", 552, "mailboxfull"},
        {"hanako@nowhere.example", "failed", "5.1.2", 0, "hostunknown"}}},
      {"a clone of qmail in Spanish",
       kMailer,
       "Su mensaje no pudo ser entregado a las siguientes direcciones.\n\n<taro@example.es>:\n"
       "Remote host said: 550 5.1.1 user unknown\n\n--- Below this line is a copy of the "
       "message.\n",
       "qmail",
       {{"taro@example.es", "failed", "5.1.1", 550, "userunknown"}}},
      {"Exim with a forward",
       "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.jp>\n"
       "To: news@example.jp\nSubject: Mail delivery failed: returning message to sender\n",
       "This message was created automatically by mail delivery software.\n\n"
       "A message that you sent could not be delivered to one or more of its\n"
       "recipients. This is a permanent error. The following address(es) failed:\n\n"
       "  taro@example.net\n    (generated from taro@example.jp)\n"
       "    host mx.example.net [192.0.2.1]\n"
       "    SMTP error from remote mail server after RCPT TO:<taro@example.net>:\n"
       "    550 5.1.1 User unknown\n  hanako@example.org\n"
       "    mailbox is full: retry timeout exceeded\n\n"
       "------ This is a copy of the message, including all the headers. ------\n\n"
       "Subject: Hello\n\nHello\n",
       "Exim",
       {{"taro@example.net", "failed", "5.1.1", 550, "userunknown"},
        {"hanako@example.org", "failed", "", 0, "mailboxfull"}}},
      {"Exim warns",
       "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.jp>\n"
       "Subject: Warning: message 1abCdE-000001-2F delayed 24 hours\n",
       "This message was created automatically by mail delivery software.\n"
       "A message that you sent has not yet been delivered to one or more of its\n"
       "recipients after more than 24 hours on the queue on mx.example.jp.\n\n"
       "The address to which the message has not yet been delivered is:\n\n"
       "  taro@example.com\n    Delay reason: connection timed out\n\n"
       "No action is required on your part. Delivery attempts will continue for\n"
       "some time, and this warning may be repeated at intervals.\n",
       "Exim",
       {{"taro@example.com", "delayed", "", 0, "expired"}}},
      {"Courier",
       "Return-Path: <>\nFrom: \"Courier mail server at mx.example.jp\" <@>\n"
       "Subject: NOTICE: mail delivery status.\n",
       "This is a delivery status notification from mx.example.jp,\n"
       "running the Courier mail server, version 0.73.\n\n"
       "The original message was received on Sat, 21 Nov 2026 09:00:00 +0900\n"
       "from localhost (localhost [127.0.0.1])\n\n"
       "---------------------------------------------------------------------------\n\n"
       "                           UNDELIVERABLE MAIL\n\n"
       "Your message to the following recipients cannot be delivered:\n\n"
       "<taro@example.com>:\n    mx.example.com [192.0.2.1]:\n>>> RCPT TO:<taro@example.com>\n"
       "<<< 550 5.1.1 User unknown\n\n"
       "---------------------------------------------------------------------------\n",
       "Courier",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"OpenSMTPD",
       "Return-Path: <>\nFrom: Mailer Daemon <MAILER-DAEMON@mx.example.jp>\n"
       "Subject: Delivery status notification: error\n",
       "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n"
       "    An error has occurred while attempting to deliver a message for\n"
       "    the following list of recipients:\n\n"
       "taro@example.com: 552 5.2.3 Message too large for this mailbox\n\n"
       "    Below is a copy of the original message:\n\nSubject: Hello\n\n",
       "OpenSMTPD",
       {{"taro@example.com", "failed", "5.2.3", 552, "exceedlimit"}}},
      {"OpenSMTPD warns",
       "Return-Path: <>\nFrom: Mailer Daemon <MAILER-DAEMON@mx.example.jp>\n"
       "Subject: Delivery status notification: warning\n",
       "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n"
       "    A message is delayed for more than 4 hours for the following\n"
       "    list of recipients:\n\ntaro@example.com: Network error on destination MXs\n\n"
       "    Please note that this is only a temporary failure report.\n",
       "OpenSMTPD",
       {{"taro@example.com", "delayed", "", 0, "networkerror"}}},
      {"DragonFly Mail Agent",
       "Return-Path: <>\nFrom: MAILER-DAEMON <>\nSubject: Mail delivery failed\n",
       "This is the DragonFly Mail Agent v0.13 at mx.example.jp.\n\n"
       "There was an error delivering your mail to <taro@example.com>.\n\n"
       "mx.example.com [192.0.2.1] did not like our RCPT TO:\n550 5.1.1 User unknown\n\n"
       "Original message headers follow.\n",
       "DragonFly Mail Agent",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"Apache James",
       "Return-Path: <>\nFrom: postmaster@mx.example.jp\nSubject: [BOUNCE]\n",
       "\n\nError message below:\n550 - Requested action not taken: no such user here\n\n"
       "Message details:\n  Subject: Hello\n  Sent date: Sat Nov 21 09:00:00 JST 2026\n"
       "  MAIL FROM: news@example.jp\n  RCPT TO: taro@example.com\n"
       "  From: News <news@example.jp>\n  To: taro@example.com\n  Size (in bytes): 1024\n",
       "Apache James",
       {{"taro@example.com", "failed", "", 550, "userunknown"}}},
      {"IMail",
       "Return-Path: <>\nFrom: Postmaster <postmaster@mx.example.jp>\n"
       "Subject: Undeliverable Mail\nX-Mailer: <SMTP32 v8.22>\n",
       "Unknown user: taro@example.com\n\nOriginal message follows.\n\nSubject: Hello\n\n",
       "IMail Server",
       {{"taro@example.com", "failed", "", 0, "userunknown"}}},
      {"Domino",
       "Return-Path: <>\nFrom: Postmaster@example.com\nSubject: DELIVERY FAILURE: User taro "
       "(taro@example.com) not listed in Domino Directory\n"
       "X-Mailer: Lotus Domino Release 8.5\n",
       "Your message\n\n  Subject: Hello\n\nwas not delivered to:\n\n  taro@example.com\n\n"
       "because:\n\n  User taro (taro@example.com) not listed in Domino Directory\n",
       "Domino",
       {{"taro@example.com", "failed", "", 0, "userunknown"}}},
      {"Notes",
       "Return-Path: <>\nFrom: postmaster@example.com\nSubject: Undeliverable message\n",
       "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n"
       "taro@notes.example.com\n\n------- Returned Message --------\n\nSubject: Hello\n",
       "Lotus Notes",
       {{"taro@notes.example.com", "failed", "", 0, "userunknown"}}},
      {"Exchange 2003 names them with the time",
       "Return-Path: <>\nFrom: System Administrator <postmaster@example.com>\n"
       "Subject: Undeliverable: Hello\nX-MS-Embedded-Report: \n",
       "Your message\n\n  To:      taro@example.com\n  Subject: Hello\n"
       "  Sent:    Sat, 21 Nov 2026 09:00:00 +0900\n\n"
       "did not reach the following recipient(s):\n\n"
       "taro@example.com on Sat, 21 Nov 2026 09:00:05 +0900\n"
       "    The recipient name is not recognized\n"
       "\tThe MTS-ID of the original message is: c=jp;a= ;p=example;l=EX0611210900ABC\n"
       "    MSEXCH:IMS:EXAMPLE:SITE:EX 0 (000C05A6) Unknown Recipient\n",
       "Exchange",
       {{"taro@example.com", "failed", "", 0, "userunknown"}}},
      {"Exchange 2007 and later, diagnostics for administrators",
       "Return-Path: <>\nFrom: <postmaster@example.com>\nSubject: Undeliverable: Hello\n"
       "Content-Language: en-US\n",
       "Delivery has failed to these recipients or groups:\n\n"
       "taro@example.com<mailto:taro@example.com>\n"
       "The recipient's mailbox is full and can't accept messages now.\n\n\n"
       "Diagnostic information for administrators:\n\nGenerating server: mx.example.com\n\n"
       "taro@example.com\n#550 5.2.2 STOREDRV.Deliver; mailbox full ##\n\n"
       "Original message headers:\n\nReceived: from mx.example.jp\nSubject: Hello\n",
       "Exchange",
       {{"taro@example.com", "failed", "5.2.2", 550, "mailboxfull"}}},
      {"Exchange in German",
       "Return-Path: <>\nFrom: <postmaster@example.de>\nSubject: Unzustellbar: Hallo\n"
       "Content-Type: text/plain; charset=utf-8\n",
       "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n"
       "taro@example.de\nDie E-Mail-Adresse wurde nicht gefunden.\n\n"
       "Diagnoseinformationen für Administratoren:\n\nGenerierender Server: mx.example.de\n\n"
       "taro@example.de\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n"
       "Ursprüngliche Nachrichtenkopfzeilen:\n\nReceived: from mx.example.jp\n",
       "Exchange",
       {{"taro@example.de", "failed", "5.1.1", 550, "userunknown"}}},
      {"Exchange in French",
       "Return-Path: <>\nFrom: <postmaster@example.fr>\nSubject: Non remis : Bonjour\n"
       "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n",
       "\xc9"
       "chec de la remise \xe0 ces destinataires ou groupes :\n\ntaro@example.fr\n"
       "L'adresse est introuvable.\n\nInformations de diagnostic pour les administrateurs :\n\n"
       "Serveur de g\xe9n\xe9ration : mx.example.fr\n\ntaro@example.fr\n"
       "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n"
       "En-t\xeates de message d'origine :\n\nReceived: from mx.example.jp\n",
       "Exchange",
       {{"taro@example.fr", "failed", "5.1.1", 550, "userunknown"}}},
      {"Oracle Messaging Server",
       "Return-Path: <>\nFrom: Internet Mail Delivery <postmaster@example.com>\n"
       "Subject: Delivery Notification: Delivery has failed\n",
       "This report relates to a message you sent with the following header fields:\n\n"
       "  Return-path: <news@example.jp>\n  Date: Sat, 21 Nov 2026 09:00:00 +0900\n"
       "  To: taro@example.com\n  Subject: Hello\n\n"
       "Your message cannot be delivered to the following recipients:\n\n"
       "  Recipient address: taro@example.com\n  Reason: Remote SMTP server has rejected address\n"
       "  Diagnostic code: smtp;550 5.1.1 User unknown\n",
       "Oracle Messaging Server",
       {{"taro@example.com", "failed", "5.1.1", 550, "userunknown"}}},
      {"PowerMTA",
       "Return-Path: <>\nFrom: <postmaster@mx.example.jp>\nSubject: Delivery report\n",
       "Hello, this is the mail server on mx.example.jp.\n\n"
       "I am sending you this message to inform you on the delivery status of a\n"
       "message you previously sent.  Immediately below you will find a list of\n"
       "the affected recipients.\n\n"
       "  <taro@example.com>  delivery failed; will not continue trying\n",
       "PowerMTA",
       {{"taro@example.com", "failed", "", 0, "onhold"}}},
  });
}
