#include "labelled_mails.h"

#include <doctest/doctest.h>

#include "dsn/read.h"

namespace labelled_mails_test {

using namespace hagaki;

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace

TEST_CASE("bounces say what their labels say") {
  for (const char* folder : {"notices", "real-bounces"}) {
    for (const auto& mail : labelled_mails(folder)) {
      CAPTURE(mail.file);
      const auto report = check_labels(mail, mail.bytes);
      CHECK(report.origin == mail.origin);
      REQUIRE(report.recipients.size() == mail.recipients.size());
      for (std::size_t i = 0; i < report.recipients.size(); ++i) {
        CHECK(report.recipients[i].status == mail.recipients[i].status);
      }
    }
  }
}

TEST_CASE("the address on the list is known without a return path that names it") {
  for (const auto& mail : labelled_mails("real-bounces")) {
    CAPTURE(mail.file);
    const auto& listed = mail.recipients[0].recipient;
    const std::string verp = "bounces+" + replaced(listed, "@", "=") + "=spring@example.net";
    REQUIRE(mail.bytes.find(verp) != std::string::npos);
    CHECK(dsn::read_report(mime::Message::parse(mail.bytes)).campaign == "spring");
    const auto plain = check_labels(mail, replaced(mail.bytes, verp, "bounces@example.net"));
    CHECK(plain.campaign.empty());
  }
}

TEST_CASE("the words of a real mail system suffice where its report is lost") {
  for (const auto& mail : labelled_mails("real-bounces")) {
    CAPTURE(mail.file);
    auto bytes = replaced(mail.bytes, "message/delivery-status", "application/octet-stream");
    bytes = replaced(bytes, "multipart/report; report-type=delivery-status;", "multipart/mixed;");
    REQUIRE(bytes.find("delivery-status;") == std::string::npos);
    check_labels(mail, bytes);
  }
}

}  // namespace labelled_mails_test
