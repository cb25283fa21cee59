#include "dsn/ownership.h"

#include <doctest/doctest.h>

#include <string>

#include "address/address.h"
#include "dsn/dialects.h"
#include "dsn/read.h"
#include "dsn/service_events.h"
#include "mime/reader.h"

namespace ownership_test {

using namespace hagaki;

namespace {

/// A bounce that says that `original` is dead, and came to `path`.
std::string bounce(const std::string& path, const std::string& original) {
  return "From: MAILER-DAEMON@mx.example.net\nTo: <" + path +
         ">\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
         "--b\n\nIt could not be delivered.\n\n--b\nContent-Type: message/delivery-status\n\n"
         "Reporting-MTA: dns; mx.example.net\n\nOriginal-Recipient: rfc822;" +
         original + "\nFinal-Recipient: rfc822;" + original +
         "\nAction: failed\nStatus: 5.1.1\n\n--b--\n";
}

const verp::Key& key() {
  static const auto made = verp::Key::make("0123456789abcdef").value();
  return made;
}

std::string path_of(const char* recipient, const verp::Key* signing) {
  return verp::encode(Address::parse("bounces@sender.example").value(),
                      Address::parse(recipient).value(), "n7", signing)
      .value();
}

}  // namespace

TEST_CASE("ownership: with a key only signed return paths are believed") {
  const auto other = verp::Key::make("another key of others").value();
  const auto unsigned_path = path_of("victim@example.com", nullptr);
  const auto signed_path = path_of("victim@example.com", &key());
  const auto foreign_path = path_of("victim@example.com", &other);
  struct Case {
    const char* name;
    std::string path;
    const verp::Key* key;
    const char* email;
    const char* campaign;
    verp::Tag tag;
  };
  const Case cases[] = {
      {"valid", signed_path, &key(), "victim@example.com", "n7", verp::Tag::Valid},
      {"unsigned", unsigned_path, &key(), "user@example.net", "", verp::Tag::Missing},
      {"forged", foreign_path, &key(), "user@example.net", "", verp::Tag::Invalid},
      {"names nobody", "bounces@sender.example", &key(), "user@example.net", "",
       verp::Tag::Missing},
      {"signed, no key", signed_path, nullptr, "victim@example.com", "n7", verp::Tag::Unchecked},
      {"unsigned, no key", unsigned_path, nullptr, "victim@example.com", "n7",
       verp::Tag::Unchecked},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto text = bounce(c.path, "user@example.net");
    const auto report = dsn::read_report(mime::Message::parse(text), reason::Rules::embedded(),
                                         dsn::Dialects::embedded(), c.key);
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].email == c.email);
    CHECK(report.campaign == c.campaign);
    CHECK(report.recipients[0].verp_tag == c.tag);
    CHECK(report.envelope_sender == c.path);
  }
}

TEST_CASE("ownership: a valid return path counts wherever it stands") {
  const auto path = path_of("user@example.com", &key());
  auto text = bounce("bounces+victim=example.com@sender.example", "far@example.net");
  text.insert(0, "X-Original-To: " + path + "\n");
  const auto report = dsn::read_report(mime::Message::parse(text), reason::Rules::embedded(),
                                       dsn::Dialects::embedded(), &key());
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "user@example.com");
  CHECK(report.recipients[0].verp_tag == verp::Tag::Valid);
}

TEST_CASE("ownership: one's own signed return path says nothing about others") {
  auto text = bounce(path_of("user@example.com", &key()), "victim@example.net");
  text.insert(text.find("\n--b--"),
              "\nOriginal-Recipient: rfc822;User@example.com\n"
              "Final-Recipient: rfc822;user@example.com\nAction: failed\nStatus: 5.1.1\n");
  const auto report = dsn::read_report(mime::Message::parse(text), reason::Rules::embedded(),
                                       dsn::Dialects::embedded(), &key());
  REQUIRE(report.recipients.size() == 2);
  CHECK(report.recipients[0].email == "victim@example.net");
  CHECK(report.recipients[0].verp_tag == verp::Tag::Missing);
  CHECK(report.recipients[1].email == "User@example.com");
  CHECK(report.recipients[1].verp_tag == verp::Tag::Valid);
}

TEST_CASE("ownership: events of mail services are believed no more than mails") {
  const auto event = [](const std::string& source) {
    return R"({"notificationType":"Bounce","mail":{"source":")" + source +
           R"(","destination":["a@example.net"]},"bounce":{"bounceType":"Permanent",)"
           R"("bounceSubType":"General","bouncedRecipients":[{"emailAddress":"a@example.net"}]}})";
  };
  struct Case {
    const char* name;
    std::string source;
    const verp::Key* key;
    const char* email;
    verp::Tag tag;
  };
  const Case cases[] = {
      {"valid", path_of("user@example.com", &key()), &key(), "user@example.com", verp::Tag::Valid},
      {"unsigned", path_of("user@example.com", nullptr), &key(), "a@example.net",
       verp::Tag::Missing},
      {"no key", path_of("user@example.com", nullptr), nullptr, "user@example.com",
       verp::Tag::Unchecked},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto read = dsn::read_service_events(event(c.source), dsn::Service::Ses,
                                               reason::Rules::embedded(), c.key);
    REQUIRE(read);
    REQUIRE(read->reports.size() == 1);
    REQUIRE(read->reports[0].recipients.size() == 1);
    CHECK(read->reports[0].recipients[0].email == c.email);
    CHECK(read->reports[0].recipients[0].verp_tag == c.tag);
  }
}

}  // namespace ownership_test
