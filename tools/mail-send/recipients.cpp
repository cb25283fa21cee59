#include "recipients.h"

#include <utility>

#include <fmt/core.h>

#include "base/text.h"

using namespace hagaki;

Recipients::Recipients(std::vector<cli::Input> inputs, Settings settings)
    : inputs_(std::move(inputs)), settings_(std::move(settings)) {}

bool Recipients::ready() {
  return read_on(false);
}

std::optional<delivery::Recipient> Recipients::next() {
  read_on(true);
  return std::exchange(ahead_, std::nullopt);
}

/// Reads up to the next recipient, or to the end of the inputs. False where that would have to wait
/// and must not.
bool Recipients::read_on(bool may_wait) {
  if (ahead_) return true;
  while (broken_.empty() && at_ < inputs_.size()) {
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
      ahead_ = take(*line);
      if (ahead_) return true;
    }
    if (reader_->waiting()) return false;
    if (reader_->failed()) broken_ = input.name;
    reader_.reset();
    ++at_;
  }
  return true;
}

std::optional<delivery::Recipient> Recipients::take(const records::Line& line) {
  if (line.type() != "recipient") {
    bad_line(line, fmt::format("a {} record is no recipient", printable(line.type())));
    return std::nullopt;
  }
  auto address = Address::parse(line.email());
  if (!address) {
    bad_line(line, address.error().text());
    return std::nullopt;
  }
  if (settings_.consent) {
    if (const auto refusal = settings_.consent->refuse(rules::consent_facts(line), settings_.now)) {
      ++refused_[std::string(refusal->name)];
      settings_.on_refused(*address, *refusal);
      return std::nullopt;
    }
  }
  return delivery::Recipient{std::move(*address), std::string(line.raw())};
}

void Recipients::bad_line(const records::Line& line, std::string reason) {
  ++bad_;
  settings_.on_bad({ErrorCode::Syntax, std::move(reason),
                    fmt::format("{}:{}", inputs_[at_].name, line.number())});
}
