// What holds for every mail, however broken: see require() for each promise.
#include <simdjson.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "check.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/read.h"
#include "mime/mbox.h"
#include "mime/reader.h"
#include "reason/judge.h"
#include "records/bounce_record.h"

using namespace hagaki;

namespace {

/// Attached mails with a transfer encoding are read from a decoded copy, all others in place.
bool is_encoded_mail(const mime::Part& part) {
  const auto encoding = part.headers.get("content-transfer-encoding");
  return ascii_istarts_with(encoding, "base64") || ascii_istarts_with(encoding, "quoted-printable");
}

void check_tree(std::string_view mail, const mime::Message& message) {
  const auto& parts = message.parts();
  require(!parts.empty() && parts.size() <= limits::kMimeParts + 1, "number of parts bounded");
  std::vector<bool> in_place(parts.size(), true);
  std::vector<unsigned> parents(parts.size(), 0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    require(part.depth < limits::kMimeDepth, "depth bounded");
    if (in_place[i]) {
      require(inside(part.body, mail), "body views into the mail");
      for (const auto& field : part.headers.fields()) {
        require(inside(field.name, mail) && inside(field.value, mail), "fields view into the mail");
      }
    }
    for (const auto child : part.children) {
      require(child > i && child < parts.size(), "parents come before children");
      require(parts[child].depth == part.depth + 1, "children are one deeper");
      in_place[child] = in_place[i] && !(part.type.is("message") && is_encoded_mail(part));
      ++parents[child];
    }
    std::string buffer;
    require(is_utf8(part.text(buffer)), "text is UTF-8");
    // Each look-up goes through the whole header.
    for (const auto& field : part.headers.fields() | std::views::take(50)) {
      require(is_utf8(part.headers.text(field.name)), "header text is UTF-8");
    }
  }
  require(parents[0] == 0 &&
              std::all_of(parents.begin() + 1, parents.end(), [](unsigned n) { return n == 1; }),
          "the parts are one tree");
}

void check_recipient(const dsn::Recipient& r) {
  require(r.reason.empty() || reason::is_reason(r.reason), "reason is a word of the taxonomy");
  require(!r.hard || reason::is_hard(r.reason), "hard only for dead addresses");
  require(r.status.empty() || dsn::is_enhanced_status(r.status), "status is three numbers");
  require(r.code == 0 || (r.code >= 200 && r.code <= 599), "code is a reply code");
}

std::vector<std::string> read(std::string_view mail) {
  const auto message = mime::Message::parse(mail);
  check_tree(mail, message);
  const auto report = dsn::read_report(message);
  require(report.recipients.size() <= dsn::kMaxRecipients, "number of recipients bounded");
  for (const auto& recipient : report.recipients) check_recipient(recipient);
  std::string text;
  records::append_records(report, "mail.eml", nullptr, text);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

void check_record(const std::string& line) {
  static simdjson::dom::parser parser;
  require(line.size() <= limits::kRecordLine, "records are bounded");
  require(line.find('\n') == std::string::npos, "a record is one line");
  simdjson::dom::element record;
  require(parser.parse(line).get(record) == simdjson::SUCCESS, "a record is JSON in UTF-8");
  std::string_view text;
  require(record["type"].get(text) == simdjson::SUCCESS && !text.empty(), "a record has a type");
  std::int64_t version = 0;
  require(record["v"].get(version) == simdjson::SUCCESS && version == 1, "and a version");
  for (const char* key : {"email", "final_recipient", "envelope_sender", "diagnostic"}) {
    if (record[key].get(text) != simdjson::SUCCESS) continue;
    require(!text.empty(), "unknown is absent, not empty");
    require(std::none_of(text.begin(), text.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 32; }),
            "no control characters");
  }
}

void check_mbox(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  mime::MboxReader reader(in);
  std::size_t total = 0;
  for (;;) {
    const auto mail = reader.next();
    require(mail.has_value(), "a short stream is read whole");
    if (!*mail) break;
    total += (*mail)->bytes.size() + 1;
    require(total <= bytes.size() + 1, "an mbox holds no more than its bytes");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view mail(reinterpret_cast<const char*>(data), size);
  const auto lines = read(mail);
  for (const auto& line : lines) check_record(line);
  require(read(mail) == lines, "the same mail gives the same records");
  check_mbox(mail);
  return 0;
}
