#include "report.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/wrap.h"
#include "dsn/verdict.h"
#include "records/bounce_record.h"

using namespace hagaki;
using dsn::Kind;

namespace {

cli::Table make_table(bool japanese) {
  if (japanese) {
    return cli::Table({{"宛先", cli::Table::Align::Left, 12},
                       {"理由", cli::Table::Align::Left, 8},
                       {"種別", cli::Table::Align::Left, 6},
                       {"対処", cli::Table::Align::Left, 16}});
  }
  return cli::Table({{"WHO", cli::Table::Align::Left, 12},
                     {"WHY", cli::Table::Align::Left, 8},
                     {"KIND", cli::Table::Align::Left, 6},
                     {"WHAT TO DO", cli::Table::Align::Left, 16}});
}

/// The name under which the advice for this row stands.
std::string advice_name(const dsn::Report& report, const dsn::Recipient& recipient) {
  return report.kind == Kind::Bounce ? recipient.reason
                                     : std::string(records::kind_name(report.kind));
}

/// "hard", "soft", "delayed" and so on, and the colour of the row.
struct Grade {
  std::string_view en;
  std::string_view ja;
  std::string_view color;
};

Grade grade_of(const dsn::Report& report, const dsn::Recipient& r) {
  switch (report.kind) {
    case Kind::Bounce:
      if (dsn::is_success(r)) return {"success", "配信済み", "32"};
      if (r.hard) return {"hard", "恒久", "31"};
      if (r.action == "delayed") return {"delayed", "遅延", "33"};
      return {"soft", "一時", "33"};
    case Kind::Feedback:
      return {"feedback", "苦情", "31"};
    case Kind::Vacation:
      return {"vacation", "自動応答", ""};
    case Kind::Unsubscribe:
      return {"unsubscribe", "配信停止", "31"};
    case Kind::Other:
      break;
  }
  return {"other", "対象外", ""};
}

std::string input_ja(std::size_t mails, std::size_t events) {
  if (events == 0) return fmt::format("メール{}通", mails);
  if (mails == 0) return fmt::format("イベント{}件", events);
  return fmt::format("メール{}通、イベント{}件", mails, events);
}

}  // namespace

ReportWriter::ReportWriter(cli::Output& out, const reason::Advisor& advisor, Style style)
    : out_(out), advisor_(advisor), style_(style), table_(make_table(style.japanese)) {}

bool ReportWriter::add(const Judged& judged) {
  mails_ += judged.mails;
  events_ += judged.events;
  reports_ += judged.reports;
  if (style_.json && style_.formats.sisimai) return add_elements(judged.lines);
  if (style_.json) return out_.write_json(judged.lines);
  if (style_.why) return out_.write(judged.lines);
  rest_ += judged.mails + judged.events - judged.shown.size();
  for (const auto& [report, file] : judged.shown) {
    if (report.recipients.empty()) add_row(report, {}, file);
    for (const auto& recipient : report.recipients) add_row(report, recipient, file);
  }
  return true;
}

bool ReportWriter::add_elements(std::string_view elements) {
  if (elements.empty()) return true;
  if (!array_begun_) elements.remove_prefix(1);  // the comma
  const bool begun = std::exchange(array_begun_, true);
  return (begun || out_.write("[")) && out_.write_json(elements);
}

bool ReportWriter::keep() {
  return out_.sync();
}

void ReportWriter::add_row(const dsn::Report& report, const dsn::Recipient& recipient,
                           std::string_view file) {
  const auto grade = grade_of(report, recipient);
  const std::string name = advice_name(report, recipient);
  const auto* advice = advisor_.find(name);
  const std::string who = recipient.email.empty() ? std::string(file) : recipient.email;
  table_.row({who, report.kind == Kind::Other ? report.subject : name,
              std::string(style_.japanese ? grade.ja : grade.en), advice ? advice->remedy : ""},
             std::string(grade.color));
  if (advice) reasons_.insert(name);
  if (report.kind != Kind::Bounce || dsn::is_success(recipient)) {
    ++rest_;
  } else if (recipient.hard) {
    ++hard_;
  } else {
    ++soft_;
  }
}

std::string ReportWriter::explanations() const {
  std::string text;
  for (const auto& name : reasons_) {
    const auto* advice = advisor_.find(name);
    text += '\n' + name + '\n' + cli::wrapped(advice->cause, 2, style_.columns) +
            cli::wrapped(advice->remedy, 2, style_.columns);
  }
  return text;
}

std::string ReportWriter::input_text() const {
  if (events_ == 0) return counted(mails_, "mail");
  const std::string events = counted(events_, "event");
  return mails_ == 0 ? events : counted(mails_, "mail") + ", " + events;
}

std::string ReportWriter::summary() const {
  if (style_.japanese) {
    return fmt::format("\n{}: 恒久的なエラー{}件、一時的なエラー{}件、その他{}件\n",
                       input_ja(mails_, events_), hard_, soft_, rest_);
  }
  return fmt::format("\n{}: {}, {}, {} other\n", input_text(), counted(hard_, "hard bounce"),
                     counted(soft_, "soft bounce"), rest_);
}

bool ReportWriter::finish() {
  if (style_.why) return out_.flush();
  if (!style_.json) {
    std::string text = table_.empty() ? std::string() : table_.text(style_.columns, style_.color);
    if (style_.explain) text += explanations();
    if (!out_.write(text + summary())) return false;
  } else if (style_.formats.sisimai && !out_.write(array_begun_ ? "\n]\n" : "[]\n")) {
    return false;
  }
  return out_.flush();
}
