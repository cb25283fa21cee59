#include "recipients.h"

#include <fmt/core.h>

#include "base/text.h"

using namespace hagaki;

Recipients::Recipients(std::vector<cli::Input> inputs, Settings settings)
    : inputs_(std::move(inputs)), settings_(std::move(settings)) {}

std::optional<delivery::Recipient> Recipients::next() {
  while (broken_.empty() && at_ < inputs_.size()) {
    const cli::Input& input = inputs_[at_];
    if (!reader_) {
      reader_ =
          std::make_unique<records::Reader>(*input.stream, input.name, [this](const Error& error) {
            ++bad_;
            settings_.on_bad(error);
          });
    }
    while (const records::Line* line = reader_->next()) {
      if (auto recipient = take(*line)) return recipient;
    }
    if (reader_->failed()) broken_ = input.name;
    reader_.reset();
    ++at_;
  }
  return std::nullopt;
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
