#include "options.h"

using namespace hagaki;

void add_options(cli::App& app, Options& options) {
  app.value("--dns", "HOST:PORT", options.dns,
            "Answer DNS here, over UDP and TCP; port 0 picks a free one");
  app.value("--smtp", "HOST:PORT", options.smtp,
            "Take mail here as relay, and at this port of every host's own address");
  app.value("--maildir", "DIR", options.maildir, "Store accepted mail in DIR/domain/user");
  app.value("--bounces", "DIR", options.bounces, "Put all bounces into this Maildir");
  app.value("--bounce-relay", "HOST:PORT", options.bounce_relay,
            "Send bounces by SMTP to this server on loopback");
  app.value("--log", "FILE", options.log, "Write a record for every recipient seen");
  app.flag("--check", options.check, "Read the scenario, say what is wrong with it, and end");
  app.operands("SCENARIO", options.scenario, "What to play (TOML)");
}

Result<void> check(Options& options) {
  if (options.scenario.size() != 1)
    return fail(ErrorCode::Unsupported, "one scenario file is needed");
  if (!options.bounces.empty() && !options.bounce_relay.empty())
    return fail(ErrorCode::Unsupported,
                "bounces go to --bounces or to --bounce-relay, not to both");
  if (options.log == "-") return fail(ErrorCode::Unsupported, "--log needs a file");
  const auto read = [](const std::string& text, std::string_view name,
                       rehearse::Endpoint& out) -> Result<void> {
    auto endpoint = rehearse::Endpoint::parse(text);
    if (!endpoint) return fail(ErrorCode::Unsupported, endpoint.error().text(), std::string(name));
    out = std::move(*endpoint);
    return {};
  };
  auto ok = read(options.dns, "--dns", options.dns_endpoint);
  if (ok) ok = read(options.smtp, "--smtp", options.smtp_endpoint);
  if (ok && !options.bounce_relay.empty())
    ok = read(options.bounce_relay, "--bounce-relay", options.bounce_endpoint);
  return ok;
}
