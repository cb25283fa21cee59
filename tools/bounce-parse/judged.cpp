#include "judged.h"

#include "dsn/read.h"
#include "mime/reader.h"
#include "records/bounce_record.h"

using namespace hagaki;

bool Judged::add(std::string_view mail, const std::string& name, std::string_view file, bool cut,
                 const Tables& tables, const Style& style) {
  ++mails;
  const auto message = mime::Message::parse(mail);
  if (cut) {
    troubles.push_back({Trouble::Kind::Partial, name + ": larger than --max-mail, read in part"});
  } else if (message.limited()) {
    troubles.push_back(
        {Trouble::Kind::Partial, name + ": beyond the reader's limits, read in part"});
  }
  auto report = dsn::read_report(message, tables.rules, tables.dialects);
  const bool other = report.kind == dsn::Kind::Other;
  if (!other) ++reports;
  if (other && !style.all) return false;
  if (!style.json) {
    shown.push_back({std::move(report), std::string(file)});
    return true;
  }
  const auto* advisor = style.explain ? &tables.advisor : nullptr;
  const auto before = lines.size();
  for (const auto& record : records::report_records(report, file, advisor)) {
    lines.append(record.line()).push_back('\n');
  }
  return lines.size() > before;
}
