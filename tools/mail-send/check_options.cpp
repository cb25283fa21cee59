#include "options.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/core.h>

#include "address/address.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/secret.h"
#include "cli/state_file.h"
#include "destination.h"
#include "dns/ip.h"
#include "harvest/consent.h"
#include "net/clamd.h"
#include "preflight/catalogue.h"
#include "signers.h"

using namespace hagaki;

namespace {

constexpr std::size_t kCampaignName = 100;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Config, std::move(message));
}

/// "spring/" and "spring.eml" are the campaign "spring".
std::string name_of(const std::string& template_path) {
  std::filesystem::path path(template_path);
  if (path.filename().empty()) path = path.parent_path();
  return path.stem().string();
}

Result<void> check_ignored(const Options& options) {
  if (options.ignore.empty()) return {};
  const auto catalogue = preflight::Catalogue::builtin("en");
  for (const std::string& id : options.ignore) {
    if (catalogue.find(id) != nullptr) continue;
    std::string close;
    for (const std::string& name : catalogue.close_to(id)) {
      close += (close.empty() ? "; meant is perhaps " : ", ") + name;
    }
    return wrong(fmt::format("--ignore: no finding is called \"{}\"{}", printable(id),
                             close.empty() ? "; --list-findings prints them all" : close));
  }
  return {};
}

/// What --check goes with.
Result<void> check_looking(const Options& options) {
  if (!options.message.empty()) {
    if (!options.check) return wrong("--message is for --check");
    if (!options.template_path.empty() || !options.files.empty()) {
      return wrong("--message is looked at alone, without template and recipients");
    }
  }
  if (!options.check) return {};
  if (options.skip_preflight) return wrong("--check and --skip-preflight exclude each other");
  if (options.preview > 0 || !options.to_maildir.empty()) {
    return wrong("--check sends nothing and writes nothing: leave out --preview and --to-maildir");
  }
  return {};
}

/// What servers are asked to do with the message.
Result<void> check_requests(const Options& options) {
  if (!options.dsn_notify.empty() && !parse_notify(options.dsn_notify)) {
    return wrong("--dsn-notify needs never, or words of success,failure,delay");
  }
  if (options.requiretls && !options.tls.empty() && options.tls != "require") {
    return wrong("--requiretls contradicts --tls " + options.tls);
  }
  return {};
}

/// --helo, --source-ip and the like, in the forms that the wire has.
Result<void> check_own_names(Options& options) {
  if (!options.helo.empty()) {
    const auto name = Domain::parse(options.helo);
    if (!name) {
      return wrong("--helo needs a host name or an address literal such as [192.0.2.1]: " +
                   name.error().message);
    }
    options.helo = name->ascii();
  }
  if (auto checked = check_sources(options.sources); !checked) return checked;
  const auto addresses = options.sources.pool.all().size();
  if (auto checked = check_block_option(options.on_block, addresses, options.routing); !checked) {
    return checked;
  }
  if (!options.clamd.empty()) {
    if (auto clamd = net::parse_clamd(options.clamd); !clamd) {
      return wrong("--clamd: " + clamd.error().message);
    }
  }
  if (!options.sending_ip.empty()) {
    const auto ip = dns::parse_ip(options.sending_ip);
    if (!ip) return wrong("--sending-ip needs an IP address, 192.0.2.1 or 2001:db8::1");
    options.sending_ip = ip->text();
    if (options.sources.pool.all().size() > 1) {
      return wrong("--sending-ip is one address, and mail goes out from several --source-ip");
    }
  }
  return {};
}

Result<void> check_campaign_name(const std::string& name) {
  if (name.size() <= kCampaignName && is_utf8(name) && printable(name) == name &&
      !trim(name).empty()) {
    return {};
  }
  return wrong("--campaign needs a name of at most 100 octets without control characters");
}

/// In the state folder, where no other is given.
Result<void> name_journal(Options& options) {
  if (!options.journal.empty()) return {};
  auto journal = cli::state_file(options.campaign + ".journal");
  if (!journal) return wrong(journal.error().message + ": give --journal");
  options.journal = std::move(*journal);
  return {};
}

Result<void> check_release(Options& options) {
  if (!options.files.empty()) return wrong("--release takes no recipients: it sends nothing");
  // Any journal's name will do: what is held stands beside all of them.
  if (options.campaign.empty()) options.campaign = "release";
  return name_journal(options);
}

Result<void> check_status(Options& options) {
  if (!options.files.empty()) return wrong("--status reads the journal alone, no recipients");
  if (options.campaign.empty() && !options.template_path.empty()) {
    options.campaign = name_of(options.template_path);
  }
  if (options.campaign.empty() && options.journal.empty()) {
    return wrong("--status of which campaign? Give --journal, --campaign or -t");
  }
  if (!options.campaign.empty()) {
    if (auto checked = check_campaign_name(options.campaign); !checked) return checked;
  }
  return name_journal(options);
}

}  // namespace

std::optional<std::string> parse_notify(std::string_view text) {
  if (text == "never") return "NEVER";
  std::string out;
  for (const std::string_view word : split(text, ',')) {
    const bool known = word == "success" || word == "failure" || word == "delay";
    const std::string upper = ascii_upper(word);
    if (!known || out.find(upper) != std::string::npos) return std::nullopt;
    out += (out.empty() ? "" : ",") + upper;
  }
  return out;
}

std::string beside_journal(const Options& options, std::string_view name) {
  return std::filesystem::path(options.journal).replace_filename(name).string();
}

cli::SecretSources password_sources(const Options& options) {
  return {options.password_file, "HAGAKI_RELAY_PASSWORD", "relay-password"};
}

Result<void> check(Options& options) {
  if (options.no_verp && !options.verp_key.empty()) {
    return wrong("--verp-key signs what --no-verp leaves out");
  }
  for (const std::string& value : options.dkim) {
    if (const auto signer = parse_signer(value); !signer) {
      return wrong("--dkim " + value + ": " + signer.error().message);
    }
  }
  if (options.print_dkim_record) {
    if (options.dkim.empty()) return wrong("--print-dkim-record needs a key: give --dkim");
    return {};
  }
  if (options.bulk.verify_token) return {};
  if (auto checked = check_ignored(options); !checked) return checked;
  if (options.list_findings) return {};
  if (options.status) return check_status(options);
  if (!options.release.empty()) return check_release(options);
  if (auto checked = check_looking(options); !checked) return checked;
  if (!options.message.empty()) return {};
  if (options.template_path.empty()) return wrong("no message: give -t TEMPLATE");
  if (options.attach_field.empty() != options.attach_dir.empty()) {
    return wrong("--attach-field and --attach-dir need each other");
  }
  if (options.template_path == "-") return wrong("a template cannot come from standard input");
  if (auto checked = check_destination(options); !checked) return checked;
  if (std::count(options.files.begin(), options.files.end(), "-") > 1) {
    return wrong("standard input cannot be read for two things");
  }
  if (auto checked = check_bulk(options.bulk); !checked) return checked;
  if (auto checked = check_requests(options); !checked) return checked;
  if (auto checked = check_tls_policy(options.tls_policy,
                                      options.direct || !options.routing.file.empty(), options.tls);
      !checked) {
    return checked;
  }
  if (auto checked = check_own_names(options); !checked) return checked;
  if (auto checked = check_limits(options.limiting); !checked) return checked;
  if (options.campaign.empty()) options.campaign = name_of(options.template_path);
  if (auto checked = check_campaign_name(options.campaign); !checked) return checked;
  if (options.bounces) {
    const auto address = Address::parse(*options.bounces);
    if (!address) return wrong("--bounces: " + address.error().text());
  }
  if (!options.assert_consent.empty()) {
    const auto consent = harvest::parse_consent(options.assert_consent, "--assert-consent");
    if (!consent) return wrong(consent.error().text());
    if (consent->basis.empty() || consent->evidence.empty()) {
      return wrong(
          "--assert-consent needs basis=… and evidence=…, which says where it is recorded");
    }
    if (options.transactional)
      return wrong("--assert-consent is for campaigns, not --transactional");
  }
  if (options.once && options.attempts > 1)
    return wrong("--once is one try: it excludes --attempts");
  const auto max_bounce = rules::parse_bounce_limit(options.max_bounce_text);
  if (!max_bounce) return wrong("--max-bounce: " + max_bounce.error().message);
  options.max_bounce = *max_bounce;
  if (!options.min_interval_text.empty()) {
    options.min_interval = parse_duration(options.min_interval_text);
    if (!options.min_interval) {
      return wrong("--min-interval needs a number of hours, days or weeks: 12h, 7d, 2w");
    }
  }
  const auto expire = parse_duration(options.expire_text);
  if (!expire) return wrong("--expire needs a number of hours, days or weeks: 12h, 2d, 1w");
  options.expire = *expire;
  if (options.check || !(options.sends() || options.dry_run || options.min_interval)) return {};
  return name_journal(options);
}
