#include "report.h"

#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/wrap.h"
#include "dsn/verdict.h"
#include "records/bounce_record.h"

using namespace hagaki;
using dsn::Kind;

namespace {

constexpr std::size_t kWordsShown = 5;  // of those that led to one reason

/// With explanations below there is room for who and why.
cli::Table make_table(const Style& style) {
  const bool ja = style.japanese;
  std::vector<cli::Table::Column> columns{{ja ? "宛先" : "WHO", cli::Table::Align::Left, 12},
                                          {ja ? "理由" : "WHY", cli::Table::Align::Left, 8},
                                          {ja ? "種別" : "KIND", cli::Table::Align::Left, 6}};
  if (!style.explain) {
    columns.push_back({ja ? "対処" : "WHAT TO DO", cli::Table::Align::Left, 16});
  }
  return cli::Table(std::move(columns));
}

/// The name under which the advice for this row stands.
std::string advice_name(const dsn::Report& report, const dsn::Recipient& recipient) {
  return report.kind == Kind::Bounce ? recipient.reason
                                     : std::string(records::kind_name(report.kind));
}

/// What a row says in short, and its colour.
struct Grade {
  std::string_view en;
  std::string_view ja;
  std::string_view color;
  std::string_view count_en;  ///< of one, in the summary
  std::string_view count_ja;
  bool always = false;  ///< is in the summary also where there is none
};

// In the order of the summary.
enum GradeIndex { kHard, kSoft, kDelayed, kSuccess, kFeedback, kUnsubscribe, kVacation, kOther };
constexpr Grade kGrades[] = {
    {"hard", "恒久", "31", "hard bounce", "恒久的なエラー", true},
    {"soft", "一時", "33", "soft bounce", "一時的なエラー", true},
    {"delayed", "遅延", "33", "delay", "遅延"},
    {"success", "配信済み", "32", "success", "配信済み"},
    {"feedback", "苦情", "31", "complaint", "苦情"},
    {"unsubscribe", "配信停止", "31", "unsubscribe", "配信停止"},
    {"vacation", "自動応答", "", "automatic reply", "自動応答"},
    {"other", "対象外", "", "other", "その他"},
};

const Grade& grade_of(const dsn::Report& report, const dsn::Recipient& r) {
  switch (report.kind) {
    case Kind::Bounce:
      if (dsn::is_success(r)) return kGrades[kSuccess];
      if (r.hard) return kGrades[kHard];
      return kGrades[r.action == "delayed" ? kDelayed : kSoft];
    case Kind::Feedback:
      return kGrades[kFeedback];
    case Kind::Vacation:
      return kGrades[kVacation];
    case Kind::Unsubscribe:
      return kGrades[kUnsubscribe];
    case Kind::Other:
      break;
  }
  return kGrades[kOther];
}

std::string counted_grade(const Grade& grade, std::size_t n, bool japanese) {
  if (japanese) return fmt::format("{}{}件", grade.count_ja, n);
  if (&grade == &kGrades[kOther]) return fmt::format("{} other", n);
  if (n == 1) return fmt::format("1 {}", grade.count_en);
  if (grade.count_en == "success") return fmt::format("{} successes", n);
  if (grade.count_en == "automatic reply") return fmt::format("{} automatic replies", n);
  return counted(n, grade.count_en);
}

std::string input_ja(std::size_t mails, std::size_t events) {
  if (events == 0) return fmt::format("メール{}通", mails);
  if (mails == 0) return fmt::format("イベント{}件", events);
  return fmt::format("メール{}通、イベント{}件", mails, events);
}

}  // namespace

ReportWriter::ReportWriter(cli::Output& out, const reason::Advisor& advisor, Style style)
    : out_(out), advisor_(advisor), style_(style), table_(make_table(style)) {}

bool ReportWriter::add(const Judged& judged) {
  mails_ += judged.mails;
  events_ += judged.events;
  reports_ += judged.reports;
  if (style_.json && style_.formats.sisimai) return add_elements(judged.lines);
  if (style_.json) return out_.write_json(judged.lines);
  if (style_.why) return out_.write(judged.lines);
  untold_ += judged.mails + judged.events - judged.shown.size();
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
  const auto& grade = grade_of(report, recipient);
  const std::string name = advice_name(report, recipient);
  const auto* advice = advisor_.find(name);
  const std::string who = recipient.email.empty() ? std::string(file) : recipient.email;
  std::vector<std::string> row{who, report.kind == Kind::Other ? report.subject : name,
                               std::string(style_.japanese ? grade.ja : grade.en)};
  if (!style_.explain) row.push_back(advice ? advice->remedy : "");
  table_.row(std::move(row), std::string(grade.color));
  if (advice) note_words(name, recipient);
  ++grades_[grade.en];
}

/// Keeps for the explanation what was said of a recipient: the words, whose, and with which codes
/// where these do not stand in them.
void ReportWriter::note_words(const std::string& name, const dsn::Recipient& r) {
  auto& words = reasons_[name];
  if (r.diagnostic.empty()) return;
  if (++words.all > kWordsShown) return;
  const auto code = r.code == 0 ? std::string() : std::to_string(r.code);
  std::string codes;
  for (const auto& one : {code, r.status}) {
    if (!one.empty() && r.diagnostic.find(one) == std::string::npos) codes += one + ' ';
  }
  const auto& by = r.remote_mta;
  const bool names_host = by.empty() || r.diagnostic.find(by) != std::string::npos;
  words.first.push_back(r.email + ": " + (names_host ? "" : by + ": ") + codes + r.diagnostic);
}

std::string ReportWriter::explanations() const {
  std::string text;
  for (const auto& [name, words] : reasons_) {
    const auto* advice = advisor_.find(name);
    text += '\n' + name + '\n' + cli::wrapped(advice->cause, 2, style_.columns) +
            cli::wrapped(advice->remedy, 2, style_.columns);
    for (const auto& one : words.first) text += cli::wrapped(printable(one), 4, style_.columns);
    const auto more = words.all - words.first.size();
    if (more == 0) continue;
    text += style_.japanese ? fmt::format("    ほか{}件\n", more)
                            : fmt::format("    and {} more\n", more);
  }
  return text;
}

std::string ReportWriter::input_text() const {
  if (events_ == 0) return counted(mails_, "mail");
  const std::string events = counted(events_, "event");
  return mails_ == 0 ? events : counted(mails_, "mail") + ", " + events;
}

std::string ReportWriter::summary() const {
  std::string text = (style_.japanese ? input_ja(mails_, events_) : input_text()) + ": ";
  bool first = true;
  for (const auto& grade : kGrades) {
    const auto found = grades_.find(grade.en);
    auto n = found == grades_.end() ? 0 : found->second;
    if (&grade == &kGrades[kOther]) n += untold_;
    if (n == 0 && !grade.always) continue;
    if (!std::exchange(first, false)) text += style_.japanese ? "、" : ", ";
    text += counted_grade(grade, n, style_.japanese);
  }
  return cli::wrapped(text, 0, style_.columns);
}

bool ReportWriter::finish() {
  if (style_.why) return out_.flush();
  if (!style_.json) {
    std::string text = table_.empty() ? std::string() : table_.text(style_.columns, style_.color);
    if (style_.explain) text += explanations();
    if (!text.empty()) text += '\n';
    if (!out_.write(text + summary())) return false;
  } else if (style_.formats.sisimai && !out_.write(array_begun_ ? "\n]\n" : "[]\n")) {
    return false;
  }
  return out_.flush();
}
