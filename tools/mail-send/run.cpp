#include "run.h"

#include <chrono>

#include <fmt/core.h>

#include "address/verp.h"
#include "admission.h"
#include "base/limits.h"
#include "base/text.h"
#include "campaign_headers.h"
#include "check.h"
#include "check_report.h"
#include "cli/input.h"
#include "cli/message_keys.h"
#include "dry_run.h"
#include "events.h"
#include "load_template.h"
#include "local.h"
#include "message_maker.h"
#include "preflight/catalogue.h"
#include "recipients.h"
#include "relay_findings.h"
#include "send.h"
#include "sender_findings.h"
#include "signers.h"
#include "verify_tokens.h"

using namespace hagaki;
using cli::Exit;

namespace {

/// The network is waited for no longer: before a campaign, and with --check.
constexpr std::chrono::seconds kCampaignLimit{5};
constexpr std::chrono::seconds kCheckLimit{15};

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
        events_(out, cli::stdout_is_terminal() && !common.json) {}

  Exit go() {
    if (options_.list_findings) {
      const auto catalogue = preflight::Catalogue::builtin(common_.lang);
      return print_findings(catalogue, report_style(), out_) ? Exit::Ok : Exit::Io;
    }
    if (!options_.message.empty()) return check_mail();
    auto tokens = cli::read_unsubscribe_keys(options_.bulk.unsubscribe_key);
    if (!tokens) return ends(tokens.error());
    if (options_.bulk.verify_token || has_unsubscribe_links()) {
      if (!*tokens) return lacks_unsubscribe_key();
      if (options_.bulk.verify_token) return verify_tokens(options_.files, **tokens, out_, log_);
    }
    auto signers = read_signers(options_.dkim);
    if (!signers) return ends(signers.error());
    if (options_.print_dkim_record) {
      return out_.write(dkim_records(*signers)) && out_.flush() ? Exit::Ok : Exit::Io;
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
      return options_.check ? checked(checks) : stopped(checks);
    }
    if (!options_.skip_preflight) {
      checks.sample(*message, *files, *additions, sample_settings(values));
      checks.scan_sample();
      if (const auto end = check_sender(checks, *message, *signers)) return *end;
    }
    if (options_.check) return check_campaign(checks, *message, sample_settings(values));
    if (const auto end = check(checks, *message, *signers)) return *end;
    // A preview shows what there is.
    auto settings = recipient_settings(options_.preview > 0 ? std::vector<rules::Refusal>()
                                                            : campaign_faults(options_, *message));
    if (!settings) return ends(settings.error());
    auto key = options_.no_verp ? Result<std::optional<verp::Key>>()
                                : cli::read_verp_key(options_.verp_key);
    if (!key) return ends(key.error());
    auto inputs = open_inputs();
    if (!inputs) return ends(inputs.error());
    out_.end_cut_line();
    if (options_.dry_run) dry_run_.emplace(options_);
    Recipients recipients(std::move(*inputs), std::move(*settings));
    auto making = maker_settings(std::move(*key), std::move(*signers));
    making.values = values;
    MessageMaker maker(*message, std::move(making));
    return work(recipients, maker);
  }

 private:
  [[nodiscard]] bool has_unsubscribe_links() const {
    return !options_.bulk.unsubscribe.empty() || !options_.bulk.unsubscribe_mailto.empty();
  }
  Exit lacks_unsubscribe_key() {
    log_.error(
        "there is no key for unsubscribe tokens: make one with (umask 077; openssl rand -base64 32 "
        "> unsubscribe.key) and give it with --unsubscribe-key");
    return Exit::Config;
  }

  Exit ends(const Error& error) {
    log_.error(error.text());
    return cli::exit_for(error.code);
  }

  /// What DNS says about who sends. What only shows or writes messages asks no network.
  std::optional<Exit> check_sender(Check& checks, const letter::Template& message,
                                   const std::vector<dkim::Signer>& signers) {
    const bool sends = options_.direct || !options_.relays.empty();
    if (sends && !options_.check) {
      if (const auto route = check_route(options_); !route) return ends(route.error());
    }
    if (options_.no_dns || (!sends && !options_.check)) return std::nullopt;
    auto findings = sender_findings(options_, message, signers,
                                    options_.check ? kCheckLimit : kCampaignLimit, log_);
    // Who sends each day through the same relay need not hear it each day.
    if (!options_.check) {
      std::erase_if(findings,
                    [](const auto& f) { return f.id == preflight::Id("sending-ip-unknown"); });
    }
    checks.add(findings);
    return std::nullopt;
  }

  /// Preflight's findings, a return path that can be made, and a key that is for the sender.
  std::optional<Exit> check(const Check& checks, const letter::Template& message,
                            const std::vector<dkim::Signer>& signers) {
    checks.tell(log_);
    preflight_failed_ = checks.has_errors() && options_.preview == 0;
    if (preflight_failed_ && !options_.dry_run) return Exit::Config;
    if (message.from().empty()) {
      if (checks.has_errors()) return Exit::Config;  // it was told
      log_.error(options_.template_path + ": nobody is named as sender: add From, or give --from");
      return Exit::Config;
    }
    const std::string base = options_.bounces.value_or(message.from().front().address.source());
    const auto sender = Address::parse(base);
    const auto someone = Address::parse("a@b.example");
    if (!options_.no_verp && sender && someone) {
      const auto path = verp::encode(*sender, *someone, "");
      if (!path && path.error().code == ErrorCode::Syntax) {
        log_.error(path.error().text() + "; give another with --bounces, or --no-verp");
        return Exit::Config;
      }
    }
    const auto from = Address::parse(message.from().front().address.source());
    if (!signers.empty() && from && dkim::signers_of(signers, from->domain().ascii()).empty()) {
      log_.error("no key of --dkim is for the sender's domain " + from->domain().ascii());
      return Exit::Config;
    }
    return std::nullopt;
  }

  Exit stopped(const Check& checks) {
    checks.tell(log_);
    return Exit::Config;
  }

  [[nodiscard]] ReportStyle report_style() const {
    return {common_.json, cli::use_color(common_.color), cli::terminal_columns(), common_.lang};
  }

  /// --check: what was found is the answer.
  Exit checked(const Check& checks) {
    if (!print_report(checks, report_style(), out_) && !out_.closed()) {
      log_.error("standard output: " + out_.failure());
      return Exit::Io;
    }
    return checks.has_errors() ? Exit::No : Exit::Ok;
  }

  Exit check_mail() {
    const auto bytes = cli::read_whole(options_.message, limits::kMailBytes);
    if (!bytes) return ends(bytes.error());
    Check checks(options_, common_.lang);
    checks.message(*bytes);
    return checked(checks);
  }

  /// The campaign's, without what is only for the way there.
  [[nodiscard]] MessageMaker::Settings sample_settings(CampaignValues values) const {
    auto settings = maker_settings(std::nullopt, {});
    settings.values = std::move(values);
    return settings;
  }

  Exit check_campaign(Check& checks, const letter::Template& message,
                      MessageMaker::Settings making) {
    std::uint64_t bad = 0;
    if (!options_.files.empty() && !message.from().empty()) {
      auto inputs = open_inputs();
      if (!inputs) return ends(inputs.error());
      Recipients::Settings settings;
      settings.on_bad = [this](const Error& error) { log_.error(error.text()); };
      Recipients recipients(std::move(*inputs), std::move(settings));
      MessageMaker maker(message, std::move(making));
      checks.recipients(recipients, maker, log_);
      bad = recipients.bad() + maker.refused();
    }
    if (!options_.relays.empty()) {
      const auto findings = relay_findings(options_, checks.largest(), kCheckLimit);
      if (!findings) return ends(findings.error());
      checks.add(*findings);
    }
    const Exit exit = checked(checks);
    return exit == Exit::Ok && bad > 0 ? Exit::Data : exit;
  }

  Result<std::vector<cli::Input>> open_inputs() {
    std::vector<cli::Input> inputs;
    for (const auto& path :
         options_.files.empty() ? std::vector<std::string>{"-"} : options_.files) {
      auto input = cli::open_input(path);
      if (!input) return tl::unexpected<Error>(input.error());
      log_.debug("recipients come from " + input->name);
      inputs.push_back(std::move(*input));
    }
    return inputs;
  }

  Result<Recipients::Settings> recipient_settings(std::vector<rules::Refusal> faults) {
    auto settings = admission_settings(options_, std::move(faults));
    if (!settings) return settings;
    settings->on_bad = [this](const Error& error) { log_.bad_line(error.text()); };
    settings->on_not_mailed = [this](const Address& address,
                                     const std::vector<rules::Refusal>& refusals) {
      if (dry_run_) dry_run_->not_mailed(address, refusals);
      // A failed write shows at the next event of a message, or at the end.
      if (options_.preview == 0) events_.add(skipped(address, refusals));
    };
    settings->on_wait = [this] { events_.flush(); };
    return settings;
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
      const auto [count, why] = not_mailed(recipients);
      if (count > 0) log_.warning("passed over " + counted(count, "recipient") + why);
      say_what_was_forgiven(recipients);
      return exit_code(recipients, maker, {});
    }
    auto summary =
        options_.to_maildir.empty()
            ? send(options_, common_.quiet, recipients, maker, events_, log_)
            : to_maildir(options_.to_maildir, options_.campaign, recipients, maker, events_);
    if (!summary) {
      const Exit end = ends(summary.error());
      return events_.lacks_log() ? Exit::CantCreate : end;
    }
    events_.flush();
    events_.print_table(cli::terminal_columns(), cli::use_color(common_.color));
    if (!out_.closed()) report(*summary, recipients);
    return exit_code(recipients, maker, *summary);
  }

  /// --dry-run
  Exit rehearse(Recipients& recipients, MessageMaker& maker) {
    if (auto read = dry_run_->read_journal(recipients); !read) return ends(read.error());
    dry_run_->go(recipients, maker);
    const bool for_person = cli::stdout_is_terminal() && !common_.json;
    if (for_person) {
      out_.write(dry_run_->text(recipients, cli::terminal_columns(), common_.lang));
    } else {
      out_.write_line(dry_run_->record(recipients));
      log_.note(dry_run_->summary(recipients));
      say_what_was_forgiven(recipients);
      say_what_to_do(recipients);
    }
    out_.flush();
    const Exit exit = exit_code(recipients, maker, {});
    return preflight_failed_ && (exit == Exit::Ok || exit == Exit::Data) ? Exit::Config : exit;
  }

  struct NotMailed {
    std::uint64_t count = 0;
    std::string why;  // " (20 no-consent)"
  };
  /// Who was passed over before the campaign's engine heard of them.
  static NotMailed not_mailed(const Recipients& recipients) {
    NotMailed out;
    for (const auto& [name, count] : recipients.not_mailed()) {
      out.count += count;
      if (name.empty()) continue;
      out.why += fmt::format("{}{} {}", out.why.empty() ? " (" : ", ", count, name);
    }
    if (!out.why.empty()) out.why += ")";
    return out;
  }

  void say_what_was_forgiven(const Recipients& recipients) {
    std::string what;
    for (const auto& [name, count] : recipients.forgiven()) {
      what += fmt::format("{}{} {}", what.empty() ? "" : ", ", count, name);
    }
    if (what.empty()) return;
    log_.warning(
        fmt::format("forgiven, since the recipients are fewer than {}: {}", rules::kBulk, what));
  }

  void say_what_to_do(const Recipients& recipients) {
    if (recipients.refused() == 0) return;
    log_.error(fmt::format("{} {} refused: {}", counted(recipients.refused(), "recipient"),
                           dry_run_                    ? "would be"
                           : recipients.refused() == 1 ? "was"
                                                       : "were",
                           remedies(recipients.rules())));
  }

  /// "300 recipients: 270 delivered, 20 skipped (20 no-consent), …"
  void report(const delivery::Summary& summary, const Recipients& recipients) {
    log_.end_bad_lines();
    const auto [passed_over, why] = not_mailed(recipients);
    std::string text =
        fmt::format("{}: {} delivered", counted(summary.recipients + passed_over, "recipient"),
                    summary.delivered);
    const auto add = [&text](std::uint64_t count, std::string_view what) {
      if (count > 0) text += fmt::format(", {} {}", count, what);
    };
    add(summary.failed, "failed");
    add(summary.deferred, "deferred");
    add(summary.uncertain, "uncertain");
    add(summary.held, "held");
    add(summary.skipped + passed_over, "skipped" + why);
    add(summary.already_done, "done in an earlier run");
    add(summary.absent, "of an earlier run not in this input");
    add(recipients.bad(), recipients.bad() == 1 ? "bad line" : "bad lines");
    log_.note(text);
    say_what_was_forgiven(recipients);
    say_what_to_do(recipients);
    warn_of_same_name(summary);
    if (!events_.log_path().empty()) log_.note("all events are in " + events_.log_path());
    if (summary.stopped) log_.warning("stopped: " + summary.stop_reason);
    if (summary.unfinished()) {
      log_.note("run the same command with --resume to go on; its state is in " + options_.journal);
    }
  }

  /// A mailing that is named as an earlier one, as each month's of the same template is, goes to
  /// nobody who was in that one.
  void warn_of_same_name(const delivery::Summary& summary) {
    const bool nobody_new = summary.already_done + summary.skipped == summary.recipients;
    if (summary.already_done == 0 || (options_.resume && !nobody_new)) return;
    log_.warning(fmt::format(
        "{} already mailed in an earlier run of campaign \"{}\" and not again now; a new "
        "mailing needs a new name: give --campaign NAME",
        counted(summary.already_done, "recipient") + (summary.already_done == 1 ? " was" : " were"),
        options_.campaign));
  }

  Exit exit_code(const Recipients& recipients, const MessageMaker& maker,
                 const delivery::Summary& summary) {
    if (!out_.failure().empty()) {
      log_.error("standard output: " + out_.failure());
      return Exit::Io;
    }
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
  std::optional<DryRun> dry_run_;
  bool preflight_failed_ = false;
};

}  // namespace

Exit run(const Options& options, const cli::CommonOptions& common, cli::Output& out,
         cli::Log& log) {
  return Run(options, common, out, log).go();
}
