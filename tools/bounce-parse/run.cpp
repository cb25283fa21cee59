#include "run.h"

#include <algorithm>
#include <string>
#include <thread>

#include "base/text.h"
#include "maildir.h"
#include "mails.h"
#include "pipeline.h"

using namespace hagaki;
using cli::Exit;

namespace {

constexpr std::size_t kMostThreads = 8;  // by default: more read no faster

std::size_t thread_count(std::int64_t asked) {
  if (asked > 0) return static_cast<std::size_t>(asked);
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
}

/// One run over all inputs.
class Run {
 public:
  Run(const Options& options, const Tables& tables, ReportWriter& writer, cli::Log& log)
      : options_(options), tables_(tables), writer_(writer), log_(log) {}

  bool read(const std::vector<std::string>& inputs);
  [[nodiscard]] bool unread() const { return unread_; }
  [[nodiscard]] bool partial() const { return partial_; }
  [[nodiscard]] bool unsettled() const { return unsettled_; }
  [[nodiscard]] bool bad_events() const { return bad_events_; }

 private:
  bool deliver(const Judged& judged, const Batch& batch);
  void tell(const Trouble& trouble);
  void settle(const std::string& mail);

  const Options& options_;
  const Tables& tables_;
  ReportWriter& writer_;
  cli::Log& log_;
  std::vector<std::string> pending_;  ///< Maildir mails that go when the table is written
  bool unread_ = false;
  bool partial_ = false;
  bool bad_events_ = false;
  bool unsettled_ = false;
};

bool Run::read(const std::vector<std::string>& inputs) {
  const auto most = static_cast<std::size_t>(options_.max_mail) << 20;
  const Style style = writer_.style();
  Pipeline pipeline(
      thread_count(options_.threads),
      [this, most, style](Batch& batch) { return judge(batch, most, tables_, style); },
      [this](const Judged& judged, const Batch& batch) { return deliver(judged, batch); });
  MailReader reader(pipeline, most, style.formats);
  const auto part = options_.move == "cur" ? MaildirPart::Unseen : MaildirPart::All;
  bool writing = true;
  for (const auto& input : inputs) writing = writing && reader.read(input, part);
  writing = writing && reader.finish() && writer_.finish();
  if (!writing || pending_.empty()) return writing;
  if (!writer_.keep()) return false;
  for (const auto& mail : pending_) settle(mail);
  return true;
}

bool Run::deliver(const Judged& judged, const Batch& batch) {
  for (const auto& trouble : judged.troubles) tell(trouble);
  if (!writer_.add(judged)) return false;
  if (batch.told.empty() || (options_.move.empty() && !options_.remove)) return true;
  // A mail goes only when its records are safe.
  if (!writer_.is_table() && !writer_.keep()) return false;
  for (const auto index : batch.told) {
    const auto& path = batch.files[index].path;
    if (writer_.is_table()) {
      pending_.push_back(path);
    } else {
      settle(path);
    }
  }
  return true;
}

void Run::settle(const std::string& mail) {
  const auto done = options_.remove          ? delete_mail(mail)
                    : options_.move == "cur" ? move_mail(mail, maildir_of(mail))
                                             : move_mail(mail, options_.move);
  if (done || done.error().code == ErrorCode::NotFound) return;
  log_.error(done.error().text());
  unsettled_ = true;
}

void Run::tell(const Trouble& trouble) {
  switch (trouble.kind) {
    case Trouble::Kind::Unread:
      log_.error(trouble.text);
      unread_ = true;
      return;
    case Trouble::Kind::Partial:
      log_.warning(trouble.text);
      partial_ = true;
      return;
    case Trouble::Kind::BadEvent:
      log_.error(trouble.text);
      bad_events_ = true;
      return;
    case Trouble::Kind::Remark:
      log_.note(trouble.text);
      return;
  }
}

}  // namespace

Exit run(const Options& options, const Tables& tables, ReportWriter& writer, cli::Output& out,
         cli::Log& log) {
  const std::vector<std::string> inputs =
      options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs;
  const bool from_stdin = std::find(inputs.begin(), inputs.end(), "-") != inputs.end();
  if (!options.move.empty() && options.move != "cur") {
    if (auto made = make_maildir(options.move); !made) {
      log.error(made.error().text());
      return Exit::CantCreate;
    }
  }
  Run work(options, tables, writer, log);
  const bool writing = work.read(inputs);
  if (!writing && !out.closed()) {
    log.error("stdout: " + out.failure());
    return from_stdin ? Exit::TempFail : Exit::Io;
  }
  // A mail system hands over one mail, and some take any word for a failure.
  const bool handed_over = options.inputs.empty() && writer.mails() == 1;
  if (writing && !writer.is_table() && !handed_over) {
    log.note(writer.input_text() + ", " + counted(writer.reports(), "report"));
  }
  if (work.unread()) return from_stdin ? Exit::TempFail : Exit::NoInput;
  if (work.unsettled()) return Exit::Io;
  if (work.bad_events()) return Exit::Data;  // no mail system hands those over
  return work.partial() && !from_stdin ? Exit::Data : Exit::Ok;
}
