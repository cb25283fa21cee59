#include "run.h"

#include <fmt/core.h>

#include "address/verp.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "cli/table.h"
#include "cli/verp_key.h"
#include "events.h"
#include "load_template.h"
#include "local.h"
#include "message_maker.h"
#include "recipients.h"
#include "rules/preflight.h"
#include "send.h"

using namespace hagaki;
using cli::Exit;

namespace {

mime::Missing missing(const std::string& name) {
  if (name == "empty") return mime::Missing::Empty;
  return name == "skip" ? mime::Missing::Skip : mime::Missing::Error;
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
    auto files = read_template(options_.template_path);
    if (!files) return ends(files.error());
    const auto message = mime::Template::parse(*files, options_.from);
    if (!message) {
      log_.error(message.error().text());
      return Exit::Config;
    }
    if (const auto end = check(*message)) return *end;
    auto settings = recipient_settings();
    if (!settings) return ends(settings.error());
    auto key = options_.no_verp ? Result<std::optional<verp::Key>>()
                                : cli::read_verp_key(options_.verp_key);
    if (!key) return ends(key.error());
    std::vector<cli::Input> inputs;
    for (const auto& path :
         options_.files.empty() ? std::vector<std::string>{"-"} : options_.files) {
      auto input = cli::open_input(path);
      if (!input) {
        log_.error(input.error().text());
        return Exit::NoInput;
      }
      inputs.push_back(std::move(*input));
    }
    out_.end_cut_line();
    Recipients recipients(std::move(inputs), std::move(*settings));
    MessageMaker maker(*message, maker_settings(std::move(*key)));
    return work(recipients, maker);
  }

 private:
  Exit ends(const Error& error) {
    log_.error(error.text());
    return cli::exit_for(error.code);
  }

  /// Preflight, and a return path that can be made.
  std::optional<Exit> check(const mime::Template& message) {
    if (!options_.skip_preflight) {
      bool errors = false;
      const auto findings = rules::preflight(preflight_input(message, options_.transactional));
      for (const rules::Finding& finding : findings) {
        errors = errors || finding.severity == rules::Finding::Severity::Error;
      }
      show(findings);
      if (errors && options_.preview == 0) return Exit::Config;
    }
    if (message.from().empty()) {
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
    return std::nullopt;
  }

  void show(const std::vector<rules::Finding>& findings) {
    using Severity = rules::Finding::Severity;
    if (findings.empty()) return;
    if (cli::stderr_is_terminal() && !common_.quiet) {
      cli::Table table({{"preflight"},
                        {"check", cli::Table::Align::Left, 8},
                        {"what is wrong", cli::Table::Align::Left, 20},
                        {"what to do", cli::Table::Align::Left, 20}});
      for (const auto& finding : findings) {
        const bool error = finding.severity == Severity::Error;
        table.row({error ? "error" : "warning", finding.id, finding.message, finding.remedy},
                  error ? "31" : "33");
      }
      std::fputs(table.text(cli::terminal_columns(), cli::use_color(common_.color)).c_str(),
                 stderr);
      return;
    }
    for (const auto& finding : findings) {
      const std::string text =
          fmt::format("preflight: {}: {}; {}", finding.id, finding.message, finding.remedy);
      finding.severity == Severity::Error ? log_.error(text) : log_.warning(text);
    }
  }

  Result<Recipients::Settings> recipient_settings() {
    Recipients::Settings settings;
    settings.now = now();
    settings.on_bad = [this](const Error& error) { log_.error(error.text()); };
    settings.on_refused = [this](const Address& address, const rules::Refusal& refusal) {
      if (options_.preview > 0) return;
      records::DeliveryEvent event;
      event.kind = records::DeliveryEvent::Kind::Skipped;
      event.campaign = options_.campaign;
      event.email = address.text();
      event.time = now();
      event.diagnostic = fmt::format("{}: {}", refusal.name, refusal.text);
      event.said_by = "local";
      // A failed write shows at the next event of a message, or at the end.
      events_.add(event);
    };
    if (options_.transactional) return settings;
    if (options_.consent_rules.empty()) {
      settings.consent = rules::ConsentRules::builtin();
      return settings;
    }
    const auto text = cli::read_whole(options_.consent_rules, limits::kDataFile);
    if (!text) return tl::unexpected<Error>(text.error());
    auto rules = rules::ConsentRules::parse(*text, options_.consent_rules);
    if (!rules) return tl::unexpected<Error>(rules.error());
    settings.consent = std::move(*rules);
    return settings;
  }

  MessageMaker::Settings maker_settings(std::optional<verp::Key> key) const {
    MessageMaker::Settings settings;
    settings.campaign = options_.campaign;
    settings.missing = missing(options_.missing);
    if (options_.bounces) settings.bounces = *Address::parse(*options_.bounces);
    settings.verp = !options_.no_verp;
    settings.key = std::move(key);
    settings.clock = now;
    return settings;
  }

  Exit work(Recipients& recipients, MessageMaker& maker) {
    if (options_.preview > 0) {
      preview(recipients, maker, options_.preview, out_, log_);
      return exit_code(recipients, maker, {});
    }
    auto summary =
        options_.to_maildir.empty()
            ? send(options_, common_.quiet, recipients, maker, events_)
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

  /// "300 recipients: 270 delivered, 20 skipped (no-consent 20), …"
  void report(const delivery::Summary& summary, const Recipients& recipients) {
    std::uint64_t refused = 0;
    std::string why;
    for (const auto& [name, count] : recipients.refused()) {
      refused += count;
      why += fmt::format("{}{} {}", why.empty() ? " (" : ", ", count, name);
    }
    if (!why.empty()) why += ")";
    std::string text =
        fmt::format("{} recipients: {} delivered", summary.recipients + refused, summary.delivered);
    const auto add = [&text](std::uint64_t count, std::string_view what) {
      if (count > 0) text += fmt::format(", {} {}", count, what);
    };
    add(summary.failed, "failed");
    add(summary.deferred, "deferred");
    add(summary.uncertain, "uncertain");
    add(summary.held, "held");
    add(summary.skipped + refused, "skipped" + why);
    add(summary.already_done, "done in an earlier run");
    add(summary.absent, "of an earlier run not in this input");
    add(recipients.bad(), recipients.bad() == 1 ? "bad line" : "bad lines");
    log_.note(text);
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
        summary.already_done == 1 ? "1 recipient was"
                                  : fmt::format("{} recipients were", summary.already_done),
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
    if (recipients.bad() > 0 || maker.refused() > 0) return Exit::Data;
    return Exit::Ok;
  }

  const Options& options_;
  const cli::CommonOptions& common_;
  cli::Output& out_;
  cli::Log& log_;
  Events events_;
};

}  // namespace

Exit run(const Options& options, const cli::CommonOptions& common, cli::Output& out,
         cli::Log& log) {
  return Run(options, common, out, log).go();
}
