#include "dsn/read.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace read_test {

using namespace hagaki;
using dsn::Kind;
using Json = nlohmann::json;

namespace {

struct Mail {
  std::string name;
  std::string bytes;
  std::vector<Json> records;  // what stands beside it
};

std::vector<Mail> mails() {
  std::vector<Mail> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(HAGAKI_TEST_DATA) + "/bounces")) {
    auto path = entry.path();
    if (path.extension() != ".eml") continue;
    std::ifstream in(path, std::ios::binary);
    out.push_back({path.stem().string(), {std::istreambuf_iterator<char>(in), {}}, {}});
    std::ifstream records(path.replace_extension(".json"));
    REQUIRE(records);
    for (std::string line; std::getline(records, line);) {
      out.back().records.push_back(Json::parse(line));
    }
  }
  REQUIRE(out.size() >= 18);
  return out;
}

std::string with_line_ends(const std::string& text, const char* end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += end;
    } else {
      out += c;
    }
  }
  return out;
}

void check_recipient(const dsn::Recipient& got, const Json& want) {
  CHECK(got.email == want.value("email", ""));
  if (want.at("type") != "bounce") return;
  CHECK(got.final_recipient == want.value("final_recipient", got.email));
  CHECK(got.action == want.value("action", ""));
  CHECK(got.status == want.value("status", ""));
  CHECK(got.code == want.value("code", 0));
  CHECK(got.reason == want.value("reason", ""));
  CHECK(got.hard == want.value("hard", false));
  CHECK(got.remote_mta == want.value("remote_mta", ""));
}

}  // namespace

TEST_CASE("each mail of the data reports what stands beside it, whatever its line ends") {
  const std::map<std::string, Kind> kinds = {{"bounce", Kind::Bounce},
                                             {"feedback", Kind::Feedback},
                                             {"vacation", Kind::Vacation},
                                             {"unsubscribe", Kind::Unsubscribe}};
  for (const auto& mail : mails()) {
    CAPTURE(mail.name);
    for (const char* end : {"\n", "\r\n", "\r"}) {
      CAPTURE(std::string(end).size());
      const std::string bytes = with_line_ends(mail.bytes, end);
      const auto report = dsn::read_report(mime::Message::parse(bytes));
      REQUIRE(report.recipients.size() == mail.records.size());
      if (mail.records.empty()) {
        CHECK(report.kind == Kind::Other);
        continue;
      }
      const auto& about = mail.records.front();
      CHECK(report.kind == kinds.at(about.at("type")));
      CHECK(report.campaign == about.value("campaign", ""));
      CHECK(report.message_id == about.value("message_id", ""));
      CHECK(report.envelope_sender == about.value("envelope_sender", ""));
      CHECK(report.subject == about.value("subject", ""));
      CHECK(report.origin == about.value("origin", ""));
      CHECK(report.reporting_mta == about.value("reporting_mta", ""));
      REQUIRE(report.time.has_value());
      CHECK(format_rfc3339(*report.time) == about.value("time", ""));
      for (std::size_t i = 0; i < report.recipients.size(); ++i) {
        check_recipient(report.recipients[i], mail.records[i]);
      }
    }
  }
}

TEST_CASE("no cut of a mail, anywhere, breaks the reader") {
  for (const auto& mail : mails()) {
    CAPTURE(mail.name);
    for (std::size_t size = 0; size < mail.bytes.size(); size += 7) {
      // A copy of its own, so that reading behind the end is seen.
      const std::string cut(mail.bytes, 0, size);
      const auto report = dsn::read_report(mime::Message::parse(cut));
      for (const auto& r : report.recipients) CHECK_FALSE(r.email.empty());
    }
  }
}

}  // namespace read_test
