#include "check.h"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "base/text.h"
#include "letter/template_file.h"
#include "mime/headers.h"
#include "net/clamd.h"
#include "sample.h"

using namespace hagaki;
using preflight::Severity;

namespace {

constexpr std::size_t kManyRecipients = 10;
constexpr std::chrono::seconds kScanLimit{30};
constexpr std::uint64_t kNamed = 20;  // recipients whose message cannot be made

/// "detail, detail and 3 more" in parentheses; empty where there is none.
std::string details_of(const preflight::Gathered::Entry& entry) {
  std::string out;
  for (const std::string& detail : entry.details) out += (out.empty() ? "" : "; ") + detail;
  if (entry.more > 0) out += fmt::format(" and {} more", entry.more);
  return out.empty() ? out : " (" + out + ")";
}

}  // namespace

Check::Check(const Options& options, std::string_view lang)
    : options_(options), catalogue_(preflight::Catalogue::builtin(lang)) {}

preflight::Context Check::context() const {
  preflight::Context context;
  context.transactional = options_.transactional;
  context.attachment_limit = static_cast<std::size_t>(options_.attachment_limit);
  context.message_limit = static_cast<std::size_t>(options_.message_limit);
  return context;
}

void Check::source(const letter::TemplateFiles& files) {
  const auto raw = letter::cut_template(files.text, files.name);
  if (!raw) return;  // told where it is parsed
  std::size_t recipients = 0;
  for (const auto& header : raw->headers) {
    for (const char* name : {"To", "Cc", "Bcc"}) {
      if (ascii_iequals(header.name, name)) recipients += mime::addresses_of(header.value).size();
    }
  }
  if (recipients >= kManyRecipients) {
    add({{"many-recipients", fmt::format("{}: {} addresses", files.name, recipients)}});
  }
}

void Check::sample(const letter::Template& message, const letter::TemplateFiles& files,
                   const letter::Additions& additions, MessageMaker::Settings settings) {
  if (message.from().empty()) {
    add({{"no-from", {}}});
    // The rest can be seen all the same.
    const auto named = letter::Template::parse(
        files, std::string(preflight::kPlaceholder) + "from@example.com", additions);
    if (named) sample(*named, files, additions, std::move(settings));
    return;
  }
  settings.missing = letter::Missing::Empty;
  settings.signers.clear();
  settings.own_attachments.reset();
  MessageMaker maker(message, std::move(settings));
  const auto one = maker.render(sample_recipient(message, ""));
  const auto other = maker.render(sample_recipient(message, "-2"));
  if (!one || !other) {
    add({{"unread", "the sample: " + (one ? other : one).error().text(), true}});
    return;
  }
  auto context = this->context();
  context.sample = true;
  context.smtputf8 = one->needs_smtputf8;
  context.other = other->data;
  add(preflight::check_message(one->data, context));
  largest_ = {one->data.size(), one->needs_smtputf8};
  sample_ = one->data;
}

void Check::recipients(Recipients& recipients, MessageMaker& maker, cli::Log& log) {
  std::uint64_t unmade = 0;
  while (const auto recipient = recipients.next()) {
    if (messages_ + unmade >= kMost) {
      stopped_early_ = true;
      break;
    }
    const auto message = maker.render(*recipient);
    if (!message) {
      if (++unmade <= kNamed) {
        log.warning(recipient->address.text() + ": " + message.error().text());
      }
      continue;
    }
    auto context = this->context();
    // What the recipient's own address needs is no fault of the message.
    context.smtputf8 = message->needs_smtputf8;
    auto findings = preflight::check_message(message->data, context);
    if (recipient->address.needs_smtputf8()) {
      std::erase_if(findings,
                    [](const auto& f) { return f.id == preflight::Id("needs-smtputf8"); });
    }
    gathered_.add(findings, recipient->address.text());
    if (!options_.attach_field.empty()) scan(message->data, recipient->address.text());
    largest_.octets = std::max(largest_.octets, message->data.size());
    ++messages_;
  }
  if (unmade > kNamed) {
    log.warning(fmt::format("{} more could not be made", counted(unmade - kNamed, "message")));
  }
}

void Check::scan_sample() {
  if (!sample_.empty()) scan(sample_, {});
}

void Check::scan(std::string_view bytes, std::string_view whose) {
  if (const auto virus = scanned(bytes)) gathered_.add({*virus}, whose);
}

/// What the scanner says, where there is one and it does not call the message clean.
std::optional<preflight::Finding> Check::scanned(std::string_view bytes) const {
  if (options_.clamd.empty()) return std::nullopt;
  const auto address = net::parse_clamd(options_.clamd);
  if (!address) return std::nullopt;  // told with the options
  const auto scan = net::scan_with_clamd(*address, bytes, kScanLimit);
  if (scan.verdict == net::Scan::Verdict::Clean) return std::nullopt;
  const bool unknown = scan.verdict == net::Scan::Verdict::Unknown;
  return preflight::Finding{"virus", unknown ? "clamd: " + scan.detail : scan.detail, unknown};
}

void Check::message(std::string_view bytes, std::string_view whose) {
  gathered_.add(preflight::check_message(bytes, context()), whose);
  scan(bytes, whose);
  ++messages_;
}

Result<void> Check::may_go(std::string_view bytes) const {
  auto findings = preflight::check_message(bytes, context());
  if (const auto virus = scanned(bytes)) findings.push_back(*virus);
  for (const auto& finding : findings) {
    const auto& row = catalogue_.of(finding.id);
    if (row.severity != Severity::Error || is_ignored(finding.id)) continue;
    if (finding.unknown && finding.id != preflight::Id("virus")) continue;
    return fail(ErrorCode::Denied,
                fmt::format("preflight: {}: {}{}", row.id,
                            finding.unknown ? "could not be checked" : row.what,
                            finding.detail.empty() ? "" : " (" + finding.detail + ")"));
  }
  return {};
}

bool Check::is_ignored(const preflight::Id& id) const {
  return std::find(options_.ignore.begin(), options_.ignore.end(), id.text()) !=
         options_.ignore.end();
}

bool Check::has_errors() const {
  const auto all = entries();
  return std::any_of(all.begin(), all.end(), [this](const auto& entry) {
    return !entry.unknown && !is_ignored(entry.id) &&
           catalogue_.of(entry.id).severity == Severity::Error;
  });
}

void Check::tell(cli::Log& log) const {
  for (const auto& entry : entries()) {
    if (is_ignored(entry.id)) continue;
    const auto& row = catalogue_.of(entry.id);
    const std::string text = fmt::format("preflight: {}: {}{}. {}", row.id,
                                         entry.unknown ? "could not be checked" : row.what,
                                         details_of(entry), row.remedy);
    const bool error = row.severity == Severity::Error && !entry.unknown;
    error ? log.error(text) : log.warning(text);
  }
}
