#include "rules/receiver_table.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/embedded.h"

HAGAKI_EMBEDDED(providers_json)

namespace receiver_table_test {

using namespace hagaki;
using namespace hagaki::rules;

TEST_CASE("delist page: the list that a reply names, else the provider") {
  struct Case {
    const char* name;
    const char* provider;
    const char* reply;
    const char* want;
  };
  const Case cases[] = {
      {"Spamhaus by its zone", "example.jp",
       "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
       "Spamhaus https://check.spamhaus.org/"},
      {"a list goes before the provider", "apple", "rejected due to listing in Spamhaus SBL",
       "Spamhaus https://check.spamhaus.org/"},
      {"Yahoo's code for Spamhaus", "yahoo", "[BL21] Connections will not be accepted",
       "Spamhaus https://check.spamhaus.org/"},
      {"SpamCop", "example.jp", "Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.1",
       "SpamCop https://www.spamcop.net/bl.shtml"},
      {"Proofpoint at iCloud", "apple",
       "Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.1",
       "Proofpoint https://ipcheck.proofpoint.com/"},
      {"Orange's code for Cloudmark", "orange", "Service refused OFR006_102 [102]",
       "Cloudmark https://csi.cloudmark.com/en/reset/"},
      {"a list of the table of zones", "example.jp", "listed at all.s5h.net",
       "s5h.net RBL https://www.usenix.org.uk/content/rblremove"},
      {"an allow list is not to blame", "example.jp", "not in list.dnswl.org", "none"},
      {"Outlook's own list", "microsoft-consumer", "part of their network is on our block list",
       "Outlook.com https://sendersupport.olc.protection.outlook.com/pm/"},
      {"Gmail", "google", "low reputation",
       "Gmail https://support.google.com/mail/contact/gmail_bulk_sender_escalation"},
      {"a domain that nobody knows", "example.jp", "go away", "none"},
      {"its URL is its own word", "example.jp", "see https://pay.example.com/", "none"},
      {"no words", "example.jp", "", "none"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto page = delist_page(c.provider, c.reply);
    CHECK((page ? page->name + " " + page->url : "none") == c.want);
  }
}

TEST_CASE("receiver table: its providers are those that recipients and MX hosts are known by") {
  for (const char* id : {"microsoft-consumer",
                         "microsoft-365",
                         "google",
                         "yahoo",
                         "att",
                         "apple",
                         "yahoo-japan",
                         "docomo",
                         "au",
                         "softbank",
                         "nifty",
                         "ocn",
                         "united-internet",
                         "t-online",
                         "mail-ru",
                         "tencent-qq",
                         "comcast",
                         "cox",
                         "orange",
                         "mimecast"}) {
    CAPTURE(id);
    CHECK(embedded::providers_json.find(fmt::format("\"id\": \"{}\"", id)) !=
          std::string_view::npos);
    const auto page = delist_page(id, "");
    REQUIRE(page);
    CHECK((page->url.starts_with("https://") || page->url.starts_with("http://")));
  }
  CHECK(has_many_customers("microsoft-365"));
  CHECK(has_many_customers("google"));
  CHECK_FALSE(has_many_customers("yahoo"));
  CHECK_FALSE(has_many_customers("example.jp"));
}

}  // namespace receiver_table_test
