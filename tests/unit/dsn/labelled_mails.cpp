#include "labelled_mails.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "dsn/read.h"

using namespace hagaki;

std::vector<LabelledMail> labelled_mails(const std::string& folder) {
  const std::string path = std::string(HAGAKI_TEST_DATA) + '/' + folder + '/';
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.path().extension() == ".eml") files.insert(entry.path().string().substr(path.size()));
  }
  REQUIRE_FALSE(files.empty());
  std::vector<LabelledMail> out;
  std::ifstream in(path + "labels.tsv");
  std::string line;
  std::getline(in, line);  // the names of the columns
  while (std::getline(in, line)) {
    CAPTURE(line);
    const auto columns = split(line, '\t');
    REQUIRE(columns.size() == 9);
    Label label;
    auto column = columns.begin();
    for (auto* field : {&label.file, &label.origin, &label.recipient, &label.final_recipient,
                        &label.action, &label.status, &label.code, &label.reason, &label.hard}) {
      if (*column != "-") *field = *column;
      ++column;
    }
    if (out.empty() || out.back().file != label.file) {
      REQUIRE(files.erase(label.file) == 1);
      std::ifstream mail(path + label.file, std::ios::binary);
      out.push_back({label.file, label.origin, {std::istreambuf_iterator<char>(mail), {}}, {}});
    }
    out.back().recipients.push_back(std::move(label));
  }
  for (const auto& file : files) FAIL_CHECK("no label: " << file);
  return out;
}

dsn::Report check_labels(const LabelledMail& mail, std::string_view bytes) {
  auto report = dsn::read_report(mime::Message::parse(bytes));
  CHECK(report.kind == dsn::Kind::Bounce);
  CHECK(report.recipients.size() == mail.recipients.size());
  for (std::size_t i = 0; i < std::min(report.recipients.size(), mail.recipients.size()); ++i) {
    const auto& got = report.recipients[i];
    const auto& want = mail.recipients[i];
    CAPTURE(got.diagnostic);
    CAPTURE(got.rule);
    CHECK(got.email == want.recipient);
    CHECK(got.final_recipient == want.final_recipient);
    CHECK(got.action == want.action);
    CHECK((got.code == 0 ? "" : std::to_string(got.code)) == want.code);
    CAPTURE(got.reason);
    // Several where the mail leaves them open.
    CHECK(('|' + want.reason + '|').find('|' + got.reason + '|') != std::string::npos);
    CHECK(got.hard == (want.hard == "true"));
  }
  return report;
}
