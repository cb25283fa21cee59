#include "dsn/received.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::dsn {
namespace {

std::string shown(const std::optional<dns::IpAddress>& ip) {
  return ip ? ip->text() : "";
}

}  // namespace

TEST_CASE("whom a server had a message from") {
  struct Case {
    const char* field;
    const char* want;
  };
  const Case cases[] = {
      // Postfix, with and without a name, over IPv6, with a HELO that lies
      {"from mail.shop.example (mail.shop.example [192.0.2.25])\r\n\tby mx.example.jp (Postfix) "
       "with "
       "ESMTPS id 4F1; Mon, 23 Nov 2026 09:00:00 +0900 (JST)",
       "192.0.2.25"},
      {"from shop (unknown [192.0.2.25]) by mx.example.jp (Postfix) with SMTP id 1", "192.0.2.25"},
      {"from mail.shop.example (mail.shop.example [IPv6:2001:db8::25]) by mx (Postfix)",
       "2001:db8::25"},
      {"from [10.0.0.5] (unknown [192.0.2.25]) by mx (Postfix) with ESMTP", "192.0.2.25"},
      {"from localhost (localhost [127.0.0.1]) by mx (Postfix) with ESMTP", "127.0.0.1"},
      // Exim
      {"from mail.shop.example ([192.0.2.25]:41234 helo=[10.0.0.5]) by mx with esmtps (Exim 4.96)",
       "192.0.2.25"},
      {"from [192.0.2.25] (helo=mail.shop.example) by mx with esmtp (Exim 4.96)", "192.0.2.25"},
      {"from [192.0.2.25] (port=41234 helo=[10.0.0.5]) by mx with esmtp", "192.0.2.25"},
      // sendmail
      {"from mail.shop.example (mail.shop.example [192.0.2.25] (may be forged)) by mx (8.17/8.17)",
       "192.0.2.25"},
      {"from root@localhost by mx (8.17/8.17/Submit) id 1", ""},
      // qmail, netqmail and patches
      {"from unknown (HELO mail.shop.example) (192.0.2.25) by mx with SMTP; 23 Nov 2026 00:00:00 "
       "-0000",
       "192.0.2.25"},
      {"from unknown (HELO [10.0.0.5]) (user@192.0.2.25) by mx with SMTP", "192.0.2.25"},
      {"(qmail 4711 invoked by uid 89); 23 Nov 2026 00:00:00 -0000", ""},
      // Gmail
      {"from mail-oo1-f41.google.com (mail-oo1-f41.google.com. [192.0.2.25]) by mx.google.com with "
       "SMTPS id 1 for <a@example.jp> (Google Transport Security)",
       "192.0.2.25"},
      {"by 2002:a05:6a10:1 with SMTP id 1; Sun, 22 Nov 2026 16:00:00 -0800 (PST)", ""},
      // Exchange and Outlook.com
      {"from TYAPR01MB1.jpnprd01.prod.outlook.com (2603:1096:404::1) by OS3PR01MB2 "
       "(2603:1096:604::2) with Microsoft SMTP Server (version=TLS1_3)",
       "2603:1096:404::1"},
      {"from mail.shop.example (192.0.2.25) by TY2PEPF1.mail.protection.outlook.com (10.167.241.1)",
       "192.0.2.25"},
      // Japanese services
      {"from mail.shop.example ([192.0.2.25]) by mfsmax.docomo.ne.jp with ESMTP; Mon, 23 Nov 2026",
       "192.0.2.25"},
      {"from 192.0.2.25  (EHLO mail.shop.example) (192.0.2.25) by mta1001.mail.djm.yahoo.co.jp",
       "192.0.2.25"},
      {"from mail.shop.example (HELO mail.shop.example) (192.0.2.25) by nifty.example with SMTP",
       "192.0.2.25"},
      // IPv4 in IPv6 is IPv4; what is no address, or stands behind "by", is none
      {"from x (x [IPv6:::ffff:192.0.2.25]) by mx", "192.0.2.25"},
      {"from x (x [192.0.2.256]) by mx ([192.0.2.1])", ""},
      {"from x by mx ([192.0.2.1]) with ESMTP", ""},
      // a client that calls itself what would end the clause, or what looks like an address
      {"from by (a.example [192.0.2.25]) by mx with SMTP", "192.0.2.25"},
      {"from by by mx ([192.0.2.1]) with SMTP", ""},
      {"from \"x (192.0.2.99)\" (a.example [192.0.2.25]) by mx with SMTP", "192.0.2.25"},
      {"from \"x \\\" (192.0.2.99)\" (a.example [192.0.2.25]) by mx", "192.0.2.25"},
      {"FROM x (x [192.0.2.25])", "192.0.2.25"},
      {"from x (x [192.0.2.25", "192.0.2.25"},
      {"from ((((( ", ""},
      {"from", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.field);
    CHECK(shown(sending_address(c.field)) == c.want);
  }
}

TEST_CASE("the way of a message, each address once") {
  const auto way = sending_addresses(
      mime::Headers::parse("From shop@example Mon Nov 23 09:00:00 2026\n"
                           "Received: from a (a [192.0.2.25]) by b;\n Mon, 23 Nov 2026\n"
                           "Subject: from x (x [192.0.2.99]) by y\n"
                           "RECEIVED: from a (a [192.0.2.25])\n\tby c\n"
                           "Received: from d\n (d [10.0.0.5]) by a\n"
                           "\n"
                           "Received: from e (e [192.0.2.77]) by f\n"));
  std::string shown_way;
  for (const auto& ip : way) shown_way += ip.text() + ' ';
  CHECK(shown_way == "192.0.2.25 10.0.0.5 ");
}

}  // namespace hagaki::dsn
