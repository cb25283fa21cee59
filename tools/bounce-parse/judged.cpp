#include "judged.h"

#include <utility>

#include "base/text.h"
#include "dsn/read.h"
#include "mime/reader.h"
#include "records/bounce_record.h"
#include "records/sisimai_record.h"
#include "why.h"

using namespace hagaki;

bool Judged::add(std::string_view mail, const std::string& name, std::string_view file, bool cut,
                 const Tables& tables, const Style& style) {
  ++mails;
  if (style.why && are_replies(mail)) {
    append_why_of_replies(mail, tables, style, lines);
    return true;
  }
  const auto message = mime::Message::parse(mail);
  if (cut) {
    troubles.push_back({Trouble::Kind::Partial, name + ": larger than --max-mail, read in part"});
  } else if (message.limited()) {
    troubles.push_back(
        {Trouble::Kind::Partial, name + ": beyond the reader's limits, read in part"});
  }
  auto report = dsn::read_report(message, tables.rules, tables.dialects, tables.key, tables.tokens);
  if (report.cut) {
    troubles.push_back({Trouble::Kind::Partial, name + ": may report on more recipients than the " +
                                                    std::to_string(report.recipients.size()) +
                                                    " that were read"});
  }
  return write(std::move(report), file, tables, style);
}

void Judged::add_events(std::string_view json, std::uint64_t line, const std::string& name,
                        std::string_view file, const Tables& tables, const Style& style) {
  auto read = dsn::read_service_events(json, style.formats.service, tables.rules, tables.key);
  if (!read) return add_bad_event(read.error().text(), line, name);
  for (const auto& error : read->bad) add_bad_event(error.text(), line, name);
  events += read->reports.size();
  for (auto& report : read->reports) write(std::move(report), file, tables, style);
}

void Judged::add_bad_event(std::string_view why, std::uint64_t line, const std::string& name) {
  troubles.push_back(
      {Trouble::Kind::BadEvent, name + ':' + std::to_string(line) + ": " + std::string(why)});
}

bool Judged::write(dsn::Report report, std::string_view file, const Tables& tables,
                   const Style& style) {
  const bool other = report.kind == dsn::Kind::Other;
  if (!other) ++reports;
  if (style.why) {
    append_why(report, file, tables, style, lines);
    if (other && style.json) {
      troubles.push_back({Trouble::Kind::Remark, (file.empty() ? "stdin" : std::string(file)) +
                                                     ": no bounce: rules are not asked"});
    }
    return !other;
  }
  if (other && !style.all) return false;
  if (!style.json) {
    shown.push_back({std::move(report), std::string(file)});
    return true;
  }
  const auto* advisor = style.explain ? &tables.advisor : nullptr;
  const auto before = lines.size();
  if (style.formats.sisimai) {
    // Elements of an array, each behind the comma that parts it from the one before.
    for (const auto& record : records::sisimai_records(report, file, style.all)) {
      lines.append(",\n").append(record.line());
    }
    return lines.size() > before;
  }
  records::append_records(report, file, advisor, lines);
  return lines.size() > before;
}
