#include "options.h"

#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "cli/output.h"
#include "health.h"

using namespace hagaki;

void add_options(cli::App& app, Options& options) {
  app.list("--resolver", "HOST:PORT", options.resolvers,
           "Ask this recursive resolver instead of the system's (repeats)");
  app.list("--zone", "ZONE", options.zones, "Ask this list only (repeats)");
  app.value("--zones", "FILE", options.zones_file, "Add to or replace the zone table (JSON)");
  app.choice("--set", "SET", options.set, "Which lists to ask",
             {"default", "all", "ip", "domain", "allow"});
  app.value("--keys", "FILE", options.keys_file,
            "Keys of lists that want one, as zone=key lines (mode 0600)");
  app.value("--timeout", "SECONDS", options.timeout_s, "Longest wait for one answer", 0.1, 300);
  app.value("--quorum", "PERCENT", options.quorum,
            "Exit 75 when fewer of the questions could be judged", 0, 100);
  app.flag("--self-test", options.self_test, "Ask each list's test points before trusting it");
  app.flag("--explain", options.explain, "Say what each listing means and what to do");
  app.flag("--list-zones", options.list_zones, "Print the zone table and ask nothing");
  app.value("--in-flight", "N", options.in_flight, "Questions open at once to one list", 1, 10'000);
  app.value("--rate", "N", options.rate, "Questions a second to one list at most", 1, 1'000'000);
  app.value("--resume", "FILE", options.resume_file,
            "Records of a run that was cut: what they judge is not asked again");
  app.choice("--format", "FORMAT", options.format, "How answers are written",
             {"json", "table", "nagios", "prometheus"});
  app.flag("--summary", options.summary, "Say at the end what came of each list");
  app.value("--state", "FILE", options.state_file,
            "Remember here what is listed, and say what is new since the last run");
  app.flag("--changes", options.changes,
           "With --state: say nothing where nothing changed, else what changed");
  app.flag("--self", options.self, "Ask about the addresses that this machine sends from");
  app.flag("--received", options.received,
           "Ask about the addresses that the message on standard input came through");
  app.flag("--health", options.health,
           "Look at the sender instead of lists: names, SPF, DKIM, DMARC, MX and more");
  app.value("--helo", "NAME", options.helo, "With --health: the name that it says in HELO");
  app.list("--selector", "NAME", options.selectors,
           "With --health: look at the DKIM key of this selector (repeats)");
  app.operands("TARGET", options.targets,
               "IP addresses, CIDR ranges and domains; standard input by default");
}

Format format_of(const Options& options, bool json) {
  if (json || options.format == "json") return Format::Json;
  if (options.format == "table") return Format::Table;
  if (options.format == "nagios") return Format::Nagios;
  if (options.format == "prometheus") return Format::Prometheus;
  return cli::stdout_is_terminal() ? Format::Table : Format::Json;
}

namespace {

/// A name of a file is a good name of a domain, too.
Result<void> check_operands(const Options& options) {
  for (const auto& target : options.targets) {
    if (target == "-") {
      if (options.received) return fail(ErrorCode::Unsupported, "--received reads standard input");
      continue;
    }
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(target, ignored)) continue;
    return fail(ErrorCode::Unsupported,
                "is a file, not a target: \"dnsbl-check <FILE\" asks about what is in it, and a "
                "domain of that name can stand on standard input",
                printable(target));
  }
  return {};
}

}  // namespace

Result<void> check(const Options& options, bool json) {
  if (auto good = check_operands(options); !good) return good;
  if (options.list_zones && (options.self || options.received)) {
    return fail(ErrorCode::Unsupported, "--list-zones asks about nothing");
  }
  if (json && !options.format.empty() && options.format != "json") {
    return fail(ErrorCode::Unsupported,
                "--json and --format " + options.format + " exclude each other");
  }
  if (options.state_file == "-") return fail(ErrorCode::Unsupported, "--state needs a file");
  if (options.changes && options.state_file.empty()) {
    return fail(ErrorCode::Unsupported, "--changes needs --state");
  }
  const bool monitoring = options.format == "nagios" || options.format == "prometheus";
  if (monitoring && options.changes) {
    return fail(ErrorCode::Unsupported,
                "--format " + options.format + " tells how things are: leave out --changes");
  }
  if (!options.state_file.empty() && (options.list_zones || options.health)) {
    return fail(ErrorCode::Unsupported, "--state is for answers of lists");
  }
  if (monitoring && (options.list_zones || options.health)) {
    return fail(ErrorCode::Unsupported, "--format " + options.format + " is for answers of lists");
  }
  if (options.list_zones && !options.targets.empty()) {
    return fail(ErrorCode::Unsupported, "--list-zones takes no target");
  }
  if (options.keys_file == "-" || options.zones_file == "-") {
    return fail(ErrorCode::Unsupported, "--keys and --zones need a file");
  }
  if (options.resume_file == "-") {
    return fail(ErrorCode::Unsupported, "--resume needs a file");
  }
  return check_health(options);
}
