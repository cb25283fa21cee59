#include "run.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/ordered_pool.h"
#include "base/text.h"
#include "batch.h"
#include "maildir.h"
#include "mails.h"

using namespace hagaki;
using cli::Exit;

namespace {

constexpr std::size_t kMostThreads = 8;  // by default: more read no faster

std::size_t thread_count(std::int64_t asked) {
  if (asked > 0) return static_cast<std::size_t>(asked);
  return std::min(usable_cores(), kMostThreads);
}

/// What becomes of a mail in a mailbox.
struct Settled {
  std::string id;
  net::MailFate fate;
};

/// One run over all inputs.
class Run {
 public:
  Run(const Options& options, const Tables& tables, const OpenMailbox& open, ReportWriter& writer,
      cli::Log& log)
      : options_(options), tables_(tables), open_(open), writer_(writer), log_(log) {}

  bool read(const std::vector<std::string>& inputs);
  [[nodiscard]] bool unread() const { return unread_; }
  [[nodiscard]] bool partial() const { return partial_; }
  [[nodiscard]] bool unsettled() const { return unsettled_; }
  [[nodiscard]] bool bad_events() const { return bad_events_; }
  /// What went wrong first with a mailbox; Exit::Ok where nothing did.
  [[nodiscard]] Exit mailbox_exit() const { return mailbox_exit_; }

 private:
  bool deliver(const Batch& batch);
  void tell(const Trouble& trouble);
  [[nodiscard]] Result<void> put_away(const std::string& mail) const;
  void settle(const std::string& mail);
  bool read_mailbox(const std::string& url);
  bool read_mails(OpenedMailbox& opened);
  bool settle_pending();
  void mailbox_failed(const Error& error, const std::string& url);

  const Options& options_;
  const Tables& tables_;
  const OpenMailbox& open_;
  ReportWriter& writer_;
  cli::Log& log_;
  MovedMails moved_;
  /// What a table that is not written yet tells of: mails of Maildirs, and mailboxes with what
  /// becomes of their mails.
  std::vector<std::string> pending_;
  std::vector<std::pair<OpenedMailbox, std::vector<Settled>>> pending_mailboxes_;
  Exit mailbox_exit_ = Exit::Ok;
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
      [this, most, style](Batch& batch) { judge(batch, most, tables_, style, moved_); },
      [this](const Batch& batch) { return deliver(batch); });
  MailReader reader(pipeline, most, style.formats);
  const auto part = options_.move == "cur" ? MaildirPart::Unseen : MaildirPart::All;
  bool writing = true;
  for (const auto& input : inputs) {
    if (!writing) break;
    log_.debug("reading " + (input == "-" ? "standard input" : input));
    if (net::is_mailbox_url(input)) {
      writing = reader.finish() && read_mailbox(input);
    } else {
      writing = reader.read(input, part);
    }
  }
  return writing && reader.finish() && writer_.finish() && settle_pending();
}

bool Run::settle_pending() {
  if (pending_.empty() && pending_mailboxes_.empty()) return true;
  if (!writer_.keep()) return false;
  for (const auto& mail : pending_) settle(mail);
  for (auto& [opened, mails] : pending_mailboxes_) {
    Result<void> done;
    for (const auto& mail : mails) {
      if (done) done = opened.mailbox->settle(mail.id, mail.fate);
    }
    if (done) done = opened.mailbox->finish();
    if (!done) mailbox_failed(done.error(), opened.url);
  }
  return true;
}

bool Run::read_mailbox(const std::string& url) {
  auto opened = open_(url, [this](const std::string& what) {
    log_.error(what);
    unsettled_ = true;
  });
  if (!opened) {
    mailbox_failed(opened.error(), {});
    return true;
  }
  log_.debug(opened->url + " is open");
  return read_mails(*opened);
}

bool Run::read_mails(OpenedMailbox& opened) {
  const Style style = writer_.style();
  std::vector<Settled> settled;
  for (;;) {
    const auto mail = opened.mailbox->next();
    if (!mail) {
      mailbox_failed(mail.error(), opened.url);
      return true;
    }
    if (!*mail) break;
    const auto id = (*mail)->id;
    const std::string place = opened.url + (opened.memory ? "/;UIDL=" : "/;UID=") + printable(id);
    Judged judged;
    const bool told = judged.add((*mail)->bytes, place, place, (*mail)->cut, tables_, style);
    const auto fate = told ? net::MailFate::Done : net::MailFate::Left;
    for (const auto& trouble : judged.troubles) tell(trouble);
    if (!writer_.add(judged)) return false;
    if (writer_.is_table()) {
      settled.push_back({id, fate});
      continue;
    }
    // The server hears of a mail only when its records are safe.
    if (told && !writer_.keep()) return false;
    if (auto done = opened.mailbox->settle(id, fate); !done) {
      mailbox_failed(done.error(), opened.url);
      return true;
    }
  }
  if (writer_.is_table()) {
    pending_mailboxes_.emplace_back(std::move(opened), std::move(settled));
  } else if (auto done = opened.mailbox->finish(); !done) {
    mailbox_failed(done.error(), opened.url);
  }
  return true;
}

void Run::mailbox_failed(const Error& error, const std::string& url) {
  log_.error(url.empty() ? error.text() : url + ": " + error.text());
  if (mailbox_exit_ == Exit::Ok) mailbox_exit_ = cli::exit_for(error.code);
}

bool Run::deliver(const Batch& batch) {
  for (const auto& trouble : batch.judged.troubles) tell(trouble);
  if (!writer_.add(batch.judged)) return false;
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

Result<void> Run::put_away(const std::string& mail) const {
  if (options_.remove) return delete_mail(mail);
  return move_mail(mail, options_.move == "cur" ? maildir_of(mail) : options_.move);
}

void Run::settle(const std::string& mail) {
  auto done = put_away(mail);
  if (!done && done.error().code == ErrorCode::NotFound) {
    const auto moved = moved_.find(mail);
    if (moved.empty()) return;  // somebody has taken it out
    if (moved != mail) {
      done = put_away(moved);
      if (!done && done.error().code == ErrorCode::NotFound) return;
    }
  }
  if (done) return;
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
      log_.bad_line(trouble.text);
      bad_events_ = true;
      return;
    case Trouble::Kind::Remark:
      log_.note(trouble.text);
      return;
  }
}

}  // namespace

Exit run(const Options& options, const Tables& tables, const OpenMailbox& open,
         ReportWriter& writer, cli::Output& out, cli::Log& log) {
  const std::vector<std::string> inputs =
      options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs;
  const bool from_stdin = std::find(inputs.begin(), inputs.end(), "-") != inputs.end();
  const bool maildirs = std::any_of(inputs.begin(), inputs.end(),
                                    [](const auto& input) { return !net::is_mailbox_url(input); });
  if (!options.move.empty() && options.move != "cur" && maildirs) {
    if (auto made = make_maildir(options.move); !made) {
      log.error(made.error().text());
      return Exit::CantCreate;
    }
  }
  log.debug("judging in " + counted(thread_count(options.threads), "thread"));
  Run work(options, tables, open, writer, log);
  const bool writing = work.read(inputs);
  log.end_bad_lines();
  if (!writing && !out.closed()) {
    log.error("stdout: " + out.failure());
    return from_stdin ? Exit::TempFail : Exit::Io;
  }
  // A mail system hands over one mail, and some take any word for a failure.
  const bool handed_over = options.inputs.empty() && writer.mails() == 1;
  if (writing && !writer.is_table() && !handed_over) {
    log.note(writer.input_text() + ", " + counted(writer.reports(), "report"));
  }
  if (work.mailbox_exit() != Exit::Ok) return from_stdin ? Exit::TempFail : work.mailbox_exit();
  if (work.unread()) return from_stdin ? Exit::TempFail : Exit::NoInput;
  if (work.unsettled()) return Exit::Io;
  if (work.bad_events()) return Exit::Data;  // no mail system hands those over
  return work.partial() && !from_stdin ? Exit::Data : Exit::Ok;
}
