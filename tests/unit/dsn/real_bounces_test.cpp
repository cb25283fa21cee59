#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "dsn/read.h"

using namespace hagaki;

namespace {

const std::string kFolder = std::string(HAGAKI_TEST_DATA) + "/real-bounces/";

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

struct Label {
  std::string file, recipient, final_recipient, action, status, code, reason, hard;
};

std::vector<Label> labels() {
  std::vector<Label> out;
  std::ifstream in(kFolder + "labels.tsv");
  std::string line;
  std::getline(in, line);  // the names of the columns
  while (std::getline(in, line)) {
    std::stringstream columns(line);
    Label l;
    for (std::string* field : {&l.file, &l.recipient, &l.final_recipient, &l.action, &l.status,
                               &l.code, &l.reason, &l.hard}) {
      std::getline(columns, *field, '\t');
      if (*field == "-") field->clear();
    }
    out.push_back(l);
  }
  return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

bool allows(const std::string& reasons, const std::string& reason) {
  return ("|" + reasons + "|").find("|" + reason + "|") != std::string::npos;
}

}  // namespace

TEST_CASE("bounces that real mail systems wrote say what was caused") {
  const auto wanted = labels();
  REQUIRE(wanted.size() >= 40);
  for (const auto& want : wanted) {
    CAPTURE(want.file);
    const std::string bytes = bytes_of(kFolder + want.file);
    REQUIRE_FALSE(bytes.empty());
    const auto report = dsn::read_report(mime::Message::parse(bytes));
    CHECK(report.kind == dsn::Kind::Bounce);
    CHECK(report.campaign == "spring");
    CHECK(ascii_iequals(report.origin, want.file.substr(0, want.file.find('/'))));
    REQUIRE(report.recipients.size() == 1);
    const auto& got = report.recipients[0];
    CHECK(got.email == want.recipient);
    CHECK(got.final_recipient == want.final_recipient);
    CHECK(got.action == want.action);
    CHECK(got.status == want.status);
    CHECK(got.code == (want.code.empty() ? 0 : std::stoi(want.code)));
    CAPTURE(got.reason);
    CAPTURE(got.diagnostic);
    CHECK(allows(want.reason, got.reason));
    CHECK(got.hard == (want.hard == "true"));
  }
}

TEST_CASE("the address on the list is known without a return path that names it") {
  for (const auto& want : labels()) {
    CAPTURE(want.file);
    const auto at = want.recipient.find('@');
    const std::string verp = "bounces+" + want.recipient.substr(0, at) + "=" +
                             want.recipient.substr(at + 1) + "=spring@example.net";
    const std::string bytes = bytes_of(kFolder + want.file);
    REQUIRE(bytes.find(verp) != std::string::npos);
    const std::string plain = replaced(bytes, verp, "bounces@example.net");
    const auto report = dsn::read_report(mime::Message::parse(plain));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.campaign.empty());
    CHECK(report.recipients[0].email == want.recipient);
    CHECK(report.recipients[0].final_recipient == want.final_recipient);
  }
}

TEST_CASE("the words of a real mail system suffice where its report is lost") {
  for (const auto& want : labels()) {
    CAPTURE(want.file);
    std::string bytes = bytes_of(kFolder + want.file);
    bytes = replaced(bytes, "message/delivery-status", "application/octet-stream");
    bytes = replaced(bytes, "multipart/report; report-type=delivery-status;", "multipart/mixed;");
    REQUIRE(bytes.find("delivery-status;") == std::string::npos);
    const auto report = dsn::read_report(mime::Message::parse(bytes));
    CHECK(report.kind == dsn::Kind::Bounce);
    REQUIRE(report.recipients.size() == 1);
    const auto& got = report.recipients[0];
    CHECK(got.email == want.recipient);
    CHECK(got.final_recipient == want.final_recipient);
    CHECK(got.action == want.action);
    CHECK(got.code == (want.code.empty() ? 0 : std::stoi(want.code)));
    CAPTURE(got.diagnostic);
    CAPTURE(got.reason);
    CHECK(allows(want.reason, got.reason));
    CHECK(got.hard == (want.hard == "true"));
  }
}

TEST_CASE("every bounce of a real mail system has a label") {
  std::set<std::string> labelled;
  for (const auto& label : labels()) labelled.insert(label.file);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() != ".eml") continue;
    const std::string name = entry.path().string().substr(kFolder.size());
    CAPTURE(name);
    CHECK(labelled.count(name) == 1);
  }
}
