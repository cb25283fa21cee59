#include "closing.h"

#include <fmt/core.h>

#include "admission.h"
#include "base/text.h"

using namespace hagaki;

namespace {

struct NotMailed {
  std::uint64_t count = 0;
  std::string why;  // " (20 no-consent)"
};
/// Who was passed over before the campaign's engine heard of them.
NotMailed not_mailed(const Recipients& recipients) {
  NotMailed out;
  for (const auto& [name, count] : recipients.not_mailed()) out.count += count;
  const std::string names = listed(recipients.not_mailed());
  if (!names.empty()) out.why = " (" + names + ")";
  return out;
}

}  // namespace

std::string listed(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts) {
    if (!name.empty()) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name);
  }
  return out;
}

void Closing::passed_over(const Recipients& recipients) {
  const auto [count, why] = not_mailed(recipients);
  if (count > 0) log_.warning("passed over " + counted(count, "recipient") + why);
}

void Closing::forgiven(const Recipients& recipients) {
  const std::string what = listed(recipients.forgiven());
  if (what.empty()) return;
  if (options_.preview > 0) {
    return log_.warning(fmt::format("a preview shows what to {} recipients or more is refused: {}",
                                    rules::kBulk, what));
  }
  log_.warning(
      fmt::format("forgiven, since the recipients are fewer than {}: {}", rules::kBulk, what));
}

void Closing::held(const HeldReasons& reasons) {
  const std::string_view held = options_.dry_run ? "would be held" : "held";
  for (const auto& [reason, count] : reasons.first()) {
    log_.warning(fmt::format("{} {}: {}", counted(count, "recipient"), held, printable(reason)));
  }
  if (reasons.others() > 0) {
    log_.warning(
        fmt::format("{} {} for other reasons", counted(reasons.others(), "recipient"), held));
  }
}

void Closing::what_to_do(const Recipients& recipients) {
  if (recipients.refused() == 0) return;
  log_.error(fmt::format("{} {} refused: {}", counted(recipients.refused(), "recipient"),
                         options_.dry_run            ? "would be"
                         : recipients.refused() == 1 ? "was"
                                                     : "were",
                         remedies(recipients.rules())));
}

void Closing::report(const delivery::Summary& summary, const Recipients& recipients,
                     const Events& events) {
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
  held(events.held());
  forgiven(recipients);
  what_to_do(recipients);
  warn_of_same_name(summary);
  if (!events.log_path().empty()) log_.note("all events are in " + events.log_path());
  if (summary.policies_not_kept) {
    log_.warning("what receivers ask for by MTA-STS was not kept for later runs: " +
                 printable(summary.policies_not_kept->text()));
  }
  if (summary.stopped) log_.warning("stopped: " + summary.stop_reason);
  if (summary.silent_hosts > 0) {
    log_.warning(fmt::format(
        "no connection to port 25 came about ({} tried, all silent): many networks block that "
        "port; send through a relay that takes mail on port 587 or 465",
        counted(summary.silent_hosts, "server")));
  }
  if (summary.unfinished()) {
    log_.note("run the same command with --resume to go on; its state is in " + options_.journal);
  }
}

/// A mailing that is named as an earlier one, as each month's of the same template is, goes to
/// nobody who was in that one.
void Closing::warn_of_same_name(const delivery::Summary& summary) {
  const bool nobody_new = summary.already_done + summary.skipped == summary.recipients;
  if (summary.already_done == 0 || (options_.resume && !nobody_new)) return;
  log_.warning(fmt::format(
      "{} already mailed in an earlier run of campaign \"{}\" and not again now; a new "
      "mailing needs a new name: give --campaign NAME",
      counted(summary.already_done, "recipient") + (summary.already_done == 1 ? " was" : " were"),
      options_.campaign));
}
