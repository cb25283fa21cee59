#include "campaign_check.h"

#include <algorithm>
#include <chrono>

#include "address/verp.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "mime/headers.h"
#include "mime/mbox.h"
#include "preflight/catalogue.h"
#include "recipients.h"
#include "relay_findings.h"
#include "send.h"
#include "sender_findings.h"

using namespace hagaki;
using cli::Exit;

namespace {

/// The network is waited for no longer: before a campaign, and with --check.
constexpr std::chrono::seconds kCampaignLimit{5};
constexpr std::chrono::seconds kCheckLimit{15};

/// Whom a finished mail is for; empty where it does not say.
std::string recipient_of(std::string_view mail) {
  const auto addresses = mime::addresses_of(mime::Headers::parse(mail).get("To"));
  return addresses.empty() ? std::string() : addresses.front();
}

}  // namespace

Exit CampaignCheck::ends(const Error& error) {
  log_.error(error.text());
  return cli::exit_for(error.code);
}

/// Whether a return path can be made, and a key is for the sender.
Result<void> CampaignCheck::can_be_sent(const letter::Template& message,
                                        const std::vector<dkim::Signer>& signers) const {
  const std::string base = options_.bounces.value_or(message.from().front().address.source());
  const auto sender = Address::parse(base);
  const auto someone = Address::parse("a@b.example");
  if (!options_.no_verp && sender && someone) {
    const auto path = verp::encode(*sender, *someone, "");
    if (!path && path.error().code == ErrorCode::Syntax) {
      return fail(ErrorCode::Config,
                  path.error().text() + "; give another with --bounces, or --no-verp");
    }
  }
  const auto from = Address::parse(message.from().front().address.source());
  if (!signers.empty() && from && dkim::signers_of(signers, from->domain().ascii()).empty()) {
    return fail(ErrorCode::Config,
                "no key of --dkim is for the sender's domain " + from->domain().ascii());
  }
  return {};
}

ReportStyle CampaignCheck::style() const {
  return {common_.json, cli::use_color(common_.color), cli::terminal_columns(), common_.lang};
}

/// What only shows or writes messages asks no network.
std::optional<Exit> CampaignCheck::sender(Check& checks, const letter::Template& message,
                                          const std::vector<dkim::Signer>& signers) {
  const bool sends = options_.sends();
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
  leave_out_listed(findings);
  checks.add(findings);
  return std::nullopt;
}

/// Mail goes out from the addresses that no list holds, where that was asked for and there are any.
/// What else is found of those that are left out keeps nobody from sending.
void CampaignCheck::leave_out_listed(std::vector<preflight::Finding>& findings) {
  if (!options_.on_block.next_source || options_.check) return;
  const auto lists = [](const preflight::Finding& finding) {
    return finding.id == preflight::Id("ip-listed") && !finding.unknown;
  };
  const auto& pool = options_.sources.pool.all();
  std::vector<dns::IpAddress> listed;
  for (const auto& source : pool) {
    const bool any = std::any_of(findings.begin(), findings.end(), [&](const auto& finding) {
      return lists(finding) && finding.address == source.ip.text();
    });
    if (any) listed.push_back(source.ip);
  }
  if (listed.empty() || listed.size() == pool.size()) return;
  std::erase_if(findings, [&](const preflight::Finding& finding) {
    const bool left_out = std::any_of(listed.begin(), listed.end(),
                                      [&](const auto& ip) { return finding.address == ip.text(); });
    if (left_out && lists(finding)) {
      log_.warning("not sending from a listed address: " + printable(finding.detail));
    }
    return left_out;
  });
  left_out_ = std::move(listed);
}

std::optional<Exit> CampaignCheck::may_begin(const Check& checks, const letter::Template& message,
                                             const std::vector<dkim::Signer>& signers) {
  checks.tell(log_);
  failed_ = checks.has_errors() && options_.preview == 0;
  if (failed_ && !options_.dry_run) return Exit::Config;
  if (message.from().empty()) {
    if (checks.has_errors()) return Exit::Config;  // it was told
    log_.error(options_.template_path + ": nobody is named as sender: add From, or give --from");
    return Exit::Config;
  }
  if (const auto done = can_be_sent(message, signers); !done) return ends(done.error());
  return std::nullopt;
}

Exit CampaignCheck::answer(const Check& checks) {
  print_report(checks, style(), out_);
  return cli::written(out_, log_, checks.has_errors() ? Exit::No : Exit::Ok);
}

Exit CampaignCheck::mail() {
  const auto bytes = cli::read_whole(options_.message, limits::kMailBytes);
  if (!bytes) return ends(bytes.error());
  Check checks(options_, common_.lang);
  if (!mime::is_mbox_separator(std::string_view(*bytes).substr(0, bytes->find_first_of("\r\n")))) {
    checks.message(*bytes);
    return answer(checks);
  }
  mime::MboxReader mails{std::string_view(*bytes)};
  for (;;) {
    auto mail = mails.next();
    if (!mail) return ends(mail.error());
    if (!*mail) return answer(checks);
    std::string message((*mail)->bytes);
    if ((*mail)->quoted) {
      message.resize(mime::unquote_from_lines(message.data(), message.size()));
    }
    checks.message(message, recipient_of(message));
  }
}

Exit CampaignCheck::campaign(Check& checks, const letter::Template& message,
                             const std::vector<dkim::Signer>& signers,
                             MessageMaker::Settings making) {
  const auto sendable = message.from().empty() ? Result<void>() : can_be_sent(message, signers);
  std::uint64_t bad = 0;
  if (!options_.files.empty() && !message.from().empty()) {
    auto inputs = open_inputs(options_.files, log_);
    if (!inputs) return ends(inputs.error());
    Recipients::Settings settings;
    settings.on_bad = [this](const Error& error) { log_.bad_line(error.text()); };
    Recipients recipients(std::move(*inputs), std::move(settings));
    MessageMaker maker(message, std::move(making));
    checks.recipients(recipients, maker, log_);
    log_.end_bad_lines();
    bad = recipients.bad() + maker.refused();
  }
  if (!options_.relays.empty() || options_.routing.table) {
    const auto door = relay_door(options_);
    if (!door) return ends(door.error());
    if (door->open) {
      if (const auto opened = door->open(); !opened) return ends(opened.error());
    }
    const auto findings = relay_findings(options_, checks.largest(), kCheckLimit);
    if (!findings) return ends(findings.error());
    checks.add(*findings);
  }
  const Exit exit = answer(checks);
  if (!sendable) return ends(sendable.error());
  return exit == Exit::Ok && bad > 0 ? Exit::Data : exit;
}

Exit CampaignCheck::list_findings() {
  print_findings(preflight::Catalogue::builtin(common_.lang), style(), out_);
  return cli::written(out_, log_, Exit::Ok);
}
