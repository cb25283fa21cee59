#include "run.h"

#include <fmt/core.h>

#include "admission.h"
#include "base/text.h"
#include "campaign_check.h"
#include "campaign_headers.h"
#include "check.h"
#include "cli/input.h"
#include "cli/message_keys.h"
#include "closing.h"
#include "dry_run.h"
#include "events.h"
#include "load_template.h"
#include "local.h"
#include "message_maker.h"
#include "recipients.h"
#include "release.h"
#include "send.h"
#include "signers.h"
#include "status.h"
#include "verify_tokens.h"

using namespace hagaki;
using cli::Exit;

namespace {

constexpr const char* kHowToMakeKey =
    "; to make one: (umask 077; openssl rand -base64 32 > unsubscribe.key)";

letter::Missing missing(const std::string& name) {
  if (name == "empty") return letter::Missing::Empty;
  return name == "skip" ? letter::Missing::Skip : letter::Missing::Error;
}

letter::Writing writing(const Options& options) {
  letter::Writing writing;
  if (options.charset == "iso-2022-jp") writing.charset = mime::Charset::Iso2022Jp;
  writing.flowed = options.flowed;
  return writing;
}

/// One run's work. Each step returns an exit code where the run must end.
class Run {
 public:
  Run(const Options& options, const cli::CommonOptions& common, cli::Output& out, cli::Log& log)
      : options_(options),
        common_(common),
        out_(out),
        log_(log),
        events_(out, cli::stdout_is_terminal() && !common.json, log),
        check_(options, common, out, log),
        closing_(options, log) {}

  Exit go() {
    if (options_.list_findings) return check_.list_findings();
    if (options_.status) return status(options_, common_, out_, log_);
    if (!options_.release.empty()) return release(options_, log_);
    if (!options_.message.empty()) return check_.mail();
    auto tokens = cli::read_unsubscribe_keys(options_.bulk.unsubscribe_key);
    if (!tokens) {
      if (tokens.error().code == ErrorCode::Unopened) tokens.error().message += kHowToMakeKey;
      return ends(tokens.error());
    }
    if (options_.bulk.verify_token || has_unsubscribe_links()) {
      if (!*tokens) return lacks_unsubscribe_key();
      if (options_.bulk.verify_token) return verify_tokens(options_.files, **tokens, out_, log_);
    }
    auto signers = read_signers(options_.dkim);
    if (!signers) return ends(signers.error());
    if (options_.print_dkim_record) {
      out_.write(dkim_records(*signers));
      out_.flush();
      return cli::written(out_, log_, Exit::Ok);
    }
    auto files = read_template(options_.template_path);
    if (!files) return ends(files.error());
    log_.debug("the template is " + files->name);
    for (const std::string& path : files->unused) {
      log_.warning(path +
                   ": no part of the message; attachments lie in the folder \"attachments\"");
    }
    for (const std::string& path : options_.attach) {
      auto file = read_attachment(path);
      if (!file) return ends(file.error());
      files->attachments.push_back(std::move(*file));
    }
    auto additions = campaign_additions(options_, *files);
    if (!additions) return ends(additions.error());
    additions->writing = writing(options_);
    const auto values = CampaignValues::make(options_, std::move(*tokens));
    Check checks(options_, options_.check ? common_.lang : "en");
    if (!options_.skip_preflight) checks.source(*files);
    const auto message = letter::Template::parse(*files, options_.from, *additions);
    if (!message) {
      if (!checks.has_errors()) {
        log_.error(message.error().text());
        return Exit::Config;
      }
      if (options_.check) return check_.answer(checks);
      checks.tell(log_);
      return Exit::Config;
    }
    if (!options_.skip_preflight) {
      checks.sample(*message, *files, *additions, sample_settings(values));
      checks.scan_sample();
      if (const auto end = check_.sender(checks, *message, *signers)) return *end;
    }
    if (options_.check) return check_.campaign(checks, *message, *signers, sample_settings(values));
    if (const auto end = check_.may_begin(checks, *message, *signers)) return *end;
    // A preview shows what there is.
    auto settings =
        recipient_settings(options_.preview > 0 ? std::vector<rules::Refusal>()
                                                : campaign_faults(options_, *message, values));
    if (!settings) return ends(settings.error());
    auto key = options_.no_verp ? Result<std::optional<verp::Key>>()
                                : cli::read_verp_key(options_.verp_key);
    if (!key) return ends(key.error());
    auto inputs = open_inputs(options_.files, log_);
    if (!inputs) return ends(inputs.error());
    out_.end_cut_line();
    if (options_.dry_run) {
      if (const auto bounds = check_bounds(options_, log_); !bounds) return ends(bounds.error());
      dry_run_.emplace(options_);
    }
    Recipients recipients(std::move(*inputs), std::move(*settings));
    auto making = maker_settings(std::move(*key), std::move(*signers));
    making.values = values;
    making.signs = !options_.dry_run;
    if (making.own_attachments && !options_.skip_preflight) {
      making.may_go = [&checks](std::string_view bytes) { return checks.may_go(bytes); };
    }
    MessageMaker maker(*message, std::move(making));
    return work(recipients, maker);
  }

 private:
  [[nodiscard]] bool has_unsubscribe_links() const {
    return !options_.bulk.unsubscribe.empty() || !options_.bulk.unsubscribe_mailto.empty();
  }
  Exit lacks_unsubscribe_key() {
    log_.error(
        std::string("there is no key for unsubscribe tokens: give one with --unsubscribe-key") +
        kHowToMakeKey);
    return Exit::Config;
  }

  Exit ends(const Error& error) {
    log_.error(error.text());
    return cli::exit_for(error.code);
  }

  /// The campaign's, without what is only for the way there.
  [[nodiscard]] MessageMaker::Settings sample_settings(CampaignValues values) const {
    auto settings = maker_settings(std::nullopt, {});
    settings.values = std::move(values);
    return settings;
  }

  Result<Recipients::Settings> recipient_settings(std::vector<rules::Refusal> faults) {
    auto settings = admission_settings(options_, std::move(faults));
    if (!settings) return settings;
    settings->lenient = options_.preview > 0;
    settings->on_bad = [this](const Error& error) { log_.bad_line(error.text()); };
    settings->on_not_mailed = not_mailed();
    settings->on_wait = [this] { events_.flush(); };
    return settings;
  }

  /// Reports who is not mailed.
  Recipients::NotMailed not_mailed() {
    return [this](const Address& address, const std::vector<rules::Refusal>& refusals) {
      if (dry_run_) dry_run_->not_mailed(address, refusals);
      // A failed write shows at the next event of a message, or at the end.
      if (options_.preview == 0) events_.add(skipped(address, refusals));
    };
  }

  [[nodiscard]] records::DeliveryEvent skipped(const Address& address,
                                               const std::vector<rules::Refusal>& refusals) const {
    records::DeliveryEvent event;
    event.kind = records::DeliveryEvent::Kind::Skipped;
    event.campaign = options_.campaign;
    event.email = address.text();
    event.time = now();
    event.said_by = "local";
    for (const rules::Refusal& refusal : refusals) {
      event.diagnostic += fmt::format("{}{}{}{}", event.diagnostic.empty() ? "" : "; ",
                                      refusal.name, refusal.name.empty() ? "" : ": ", refusal.text);
    }
    return event;
  }

  MessageMaker::Settings maker_settings(std::optional<verp::Key> key,
                                        std::vector<dkim::Signer> signers) const {
    MessageMaker::Settings settings;
    settings.campaign = options_.campaign;
    settings.missing = missing(options_.missing);
    if (options_.bounces) settings.bounces = *Address::parse(*options_.bounces);
    settings.verp = !options_.no_verp;
    settings.key = std::move(key);
    settings.signers = std::move(signers);
    if (!options_.attach_field.empty()) {
      settings.own_attachments.emplace(options_.attach_field, options_.attach_dir);
    }
    settings.clock = now;
    return settings;
  }

  Exit work(Recipients& recipients, MessageMaker& maker) {
    if (dry_run_) return rehearse(recipients, maker);
    if (options_.preview > 0) {
      preview(recipients, maker, options_.preview, cli::stdout_is_terminal(), out_, log_);
      closing_.passed_over(recipients);
      closing_.forgiven(recipients);
      return exit_code(recipients, maker, {});
    }
    auto summary =
        options_.to_maildir.empty()
            ? send(options_, check_.left_out(), common_, recipients, maker, events_, log_)
            : to_maildir(options_.to_maildir, options_.campaign, recipients, maker, events_);
    if (!summary) {
      const Exit end = ends(summary.error());
      return events_.lacks_log() ? Exit::CantCreate : end;
    }
    events_.flush();
    events_.print_table(cli::terminal_columns(), cli::use_color(common_.color));
    if (!out_.closed()) closing_.report(*summary, recipients, events_);
    return exit_code(recipients, maker, *summary);
  }

  /// --dry-run
  Exit rehearse(Recipients& recipients, MessageMaker& maker) {
    if (auto read = dry_run_->read_journal(recipients); !read) return ends(read.error());
    dry_run_->go(recipients, maker, not_mailed());
    log_.end_bad_lines();
    const bool for_person = cli::stdout_is_terminal() && !common_.json;
    if (for_person) {
      out_.write(dry_run_->text(recipients, cli::terminal_columns(), common_.lang));
    } else {
      out_.write_line(dry_run_->record(recipients));
      log_.note(dry_run_->summary(recipients));
      closing_.held(dry_run_->held());
      if (dry_run_->needs_resume()) {
        log_.note("the journal holds unfinished work of this campaign: a run needs --resume");
      }
      closing_.forgiven(recipients);
      closing_.what_to_do(recipients);
    }
    out_.flush();
    const Exit exit = exit_code(recipients, maker, {});
    return check_.failed() && (exit == Exit::Ok || exit == Exit::Data) ? Exit::Config : exit;
  }

  Exit exit_code(const Recipients& recipients, const MessageMaker& maker,
                 const delivery::Summary& summary) {
    if (cli::written(out_, log_, Exit::Ok) != Exit::Ok) return Exit::Io;
    if (const auto failure = events_.log_failure(); !failure.empty()) {
      log_.error(events_.log_path() + ": " + failure);
      return Exit::Io;
    }
    if (summary.journal_error) return ends(*summary.journal_error);
    if (!recipients.broken().empty()) {
      log_.error(recipients.broken() + ": reading failed");
      return Exit::Io;
    }
    if (out_.closed()) return summary.sink_failed ? Exit::TempFail : Exit::Ok;
    if (summary.unfinished()) return Exit::TempFail;
    if (recipients.refused() > 0) return Exit::NoPerm;
    if (recipients.bad() > 0 || maker.refused() > 0) return Exit::Data;
    return Exit::Ok;
  }

  const Options& options_;
  const cli::CommonOptions& common_;
  cli::Output& out_;
  cli::Log& log_;
  Events events_;
  CampaignCheck check_;
  Closing closing_;
  std::optional<DryRun> dry_run_;
};

}  // namespace

Exit run(const Options& options, const cli::CommonOptions& common, cli::Output& out,
         cli::Log& log) {
  return Run(options, common, out, log).go();
}
