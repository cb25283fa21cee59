#include "recipients.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"

using namespace hagaki;

Recipients::Recipients(std::vector<cli::Input> inputs, Settings settings)
    : inputs_(std::move(inputs)), settings_(std::move(settings)) {}

void Recipients::begin_with(const std::vector<std::string>& keys,
                            std::function<bool(std::string_view key)> is_known) {
  for (const std::string& key : keys) heads_.count(key);
  is_known_ = std::move(is_known);
}

bool Recipients::ready() {
  return read_on(false);
}

std::optional<delivery::Recipient> Recipients::next() {
  read_on(true);
  if (ahead_.empty()) return std::nullopt;
  delivery::Recipient recipient = std::move(ahead_.front());
  ahead_.pop_front();
  return recipient;
}

/// Reads up to the next recipient, or to the end of the inputs. False where that would have to wait
/// and must not.
bool Recipients::read_on(bool may_wait) {
  while (ahead_.empty() && broken_.empty() && at_ < inputs_.size()) {
    const cli::Input& input = inputs_[at_];
    if (!reader_) {
      reader_ =
          std::make_unique<records::Reader>(*input.stream, input.name, [this](const Error& error) {
            ++bad_;
            settings_.on_bad(error);
          });
    }
    const auto ready = [&input] { return input.ready(); };
    while (const records::Line* line = may_wait ? reader_->next() : reader_->next(ready)) {
      take(*line);
      if (!ahead_.empty()) return true;
    }
    if (reader_->waiting()) {
      settings_.on_wait();
      return false;
    }
    if (reader_->failed()) broken_ = input.name;
    reader_.reset();
    // Whose list could not be read to its end, how many there are stays open.
    if (++at_ == inputs_.size() && broken_.empty()) release_held();
  }
  return true;
}

void Recipients::take(const records::Line& line) {
  if (line.type() != "recipient") {
    return bad_line(line, fmt::format("a {} record is no recipient", printable(line.type())));
  }
  auto address = Address::parse(line.email());
  if (!address) return bad_line(line, address.error().text());
  heads_.count(address->key());
  if (heads_.is_bulk()) refuse_held();
  rules::Verdict verdict;
  if (settings_.admission) verdict = settings_.admission->judge(rules::consent_facts(line));
  if (settings_.lenient && verdict.in_bulk_only) {
    for (const rules::Refusal& refusal : verdict.refusals) ++forgiven_[std::string(refusal.name)];
    verdict.refusals.clear();
  }
  if (!verdict.refusals.empty() && (heads_.is_bulk() || !verdict.in_bulk_only)) {
    return refuse(*address, verdict.refusals);
  }
  delivery::Recipient recipient{std::move(*address),
                                std::string(line.raw()),
                                std::string(line.string("provider").value_or("")),
                                {}};
  if (verdict.on_assertion) recipient.consent = settings_.asserted;
  if (verdict.refusals.empty()) return hand_out(std::move(recipient));
  // Who is held is held once, so that no more are held than were counted.
  if (is_held(recipient.address.key())) {
    return pass_over(recipient.address, {{"", std::string(delivery::kSameAddress)}});
  }
  held_.push_back({std::move(recipient), std::move(verdict.refusals)});
}

bool Recipients::is_held(std::string_view key) const {
  return std::any_of(held_.begin(), held_.end(),
                     [key](const Held& held) { return held.recipient.address.key() == key; });
}

void Recipients::refuse_held() {
  for (const Held& held : std::exchange(held_, {})) {
    refuse(held.recipient.address, held.refusals);
  }
}

void Recipients::release_held() {
  for (Held& held : std::exchange(held_, {})) {
    for (const rules::Refusal& refusal : held.refusals) ++forgiven_[std::string(refusal.name)];
    hand_out(std::move(held.recipient));
  }
}

/// Unless another campaign was there lately.
void Recipients::hand_out(delivery::Recipient recipient) {
  if (settings_.recent) {
    const std::string& key = recipient.address.key();
    const auto mailing = settings_.recent->find(key);
    if (mailing && !(is_known_ && is_known_(key))) {
      const std::string at = format_rfc3339(mailing->at);
      const std::string by = printable(mailing->campaign);
      return pass_over(
          recipient.address,
          {{"min-interval",
            mailing->certain
                ? fmt::format("mailed at {} by campaign \"{}\"", at, by)
                : fmt::format("may have been mailed by campaign \"{}\", at {} or before", by,
                              at)}});
    }
  }
  ahead_.push_back(std::move(recipient));
}

void Recipients::refuse(const Address& address, const std::vector<rules::Refusal>& refusals) {
  ++refused_;
  for (const rules::Refusal& refusal : refusals) ++rules_[std::string(refusal.name)];
  pass_over(address, refusals);
}

void Recipients::pass_over(const Address& address, const std::vector<rules::Refusal>& refusals) {
  ++not_mailed_[std::string(refusals.front().name)];
  settings_.on_not_mailed(address, refusals);
}

void Recipients::bad_line(const records::Line& line, std::string reason) {
  ++bad_;
  settings_.on_bad({ErrorCode::Syntax, std::move(reason),
                    fmt::format("{}:{}", inputs_[at_].name, line.number())});
}

Result<std::vector<cli::Input>> open_inputs(const std::vector<std::string>& files, cli::Log& log) {
  std::vector<cli::Input> inputs;
  for (const auto& path : files.empty() ? std::vector<std::string>{"-"} : files) {
    auto input = cli::open_input(path);
    if (!input) return tl::unexpected<Error>(input.error());
    log.debug("recipients come from " + input->name);
    inputs.push_back(std::move(*input));
  }
  return inputs;
}
