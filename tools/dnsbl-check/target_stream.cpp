#include "target_stream.h"

#include <string_view>
#include <utility>

#include "address/public_suffix.h"
#include "base/text.h"

using namespace hagaki;
using Next = dnsbl::Check::Next;

namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr std::size_t kBlock = 64u << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

TargetStream::TargetStream(const std::vector<std::string>& operands, cli::Log& log)
    : operands_(operands.begin(), operands.end()), log_(log) {
  if (operands_.empty()) operands_.emplace_back("-");
}

Next TargetStream::next(dnsbl::Target& target) {
  for (;;) {
    if (range_ && next_of_range(target)) return Next::Target;
    if (input_) {
      std::string_view line;
      switch (next_line(line)) {
        case Line::Whole:
          take_line(line);
          continue;
        case Line::NotYet:
          return Next::NotYet;
        case Line::End:
          input_.reset();
          continue;
      }
    }
    if (failure_ || !take_operand()) return Next::End;
  }
}

/// False where none is left.
bool TargetStream::take_operand() {
  if (operands_.empty()) return false;
  const auto spec = std::move(operands_.front());
  operands_.pop_front();
  if (spec != "-") {
    take(spec, {});
    return true;
  }
  auto opened = cli::open_input("-");
  if (opened) {
    input_ = std::move(*opened);
  } else {
    failure_ = opened.error();
  }
  return true;
}

/// `where` names the line, or is empty for an operand.
void TargetStream::take(std::string_view spec, const std::string& where) {
  auto parsed = spec.size() > kMaxLine ? fail(ErrorCode::Limit, "longer than any target")
                                       : dnsbl::TargetRange::parse(spec);
  if (parsed) {
    range_ = std::move(*parsed);
    named_ = where.empty();
    if (named_) warn_of_private();
    return;
  }
  ++bad_;
  log_.bad_line(where.empty() ? parsed.error().text() : where + ": " + parsed.error().text());
}

/// Of an address that somebody named, the test points of lists aside.
void TargetStream::warn_of_private() {
  const auto address = range_->address();
  if (!address || range_->size() != 1 || dns::is_public(*address)) return;
  const auto text = address->text();
  if (text.starts_with("127.0.0.") || text.starts_with("::ffff:7f00:")) return;
  log_.warning(text +
               " is an address of a network of its own: lists know nothing of whom you mean");
}

/// Nobody lists what nobody can register: most likely it is mistyped.
void TargetStream::warn_of_unknown(const std::string& domain) {
  const auto top = domain.substr(domain.rfind('.') + 1);
  for (const char* reserved : {"test", "example", "invalid", "localhost"}) {  // RFC 6761
    if (top == reserved) return;
  }
  if (!is_registry_suffix(top)) {
    log_.warning(printable(domain) + ": no top-level domain \"" + printable(top) + "\" is known");
  }
}

bool TargetStream::next_of_range(dnsbl::Target& target) {
  while (range_->size() > 0) {
    const auto address = range_->address();
    target = range_->next();
    if (address ? memory_.has(*address) : memory_.has(target.text)) continue;
    if (!address) {
      memory_.add(target.text);
      if (named_) warn_of_unknown(target.text);
    }
    ++given_;
    return true;
  }
  // A range is remembered once it is through: until then each of its addresses is new.
  if (const auto& bounds = range_->bounds()) memory_.add(bounds->first, bounds->last);
  range_.reset();
  return false;
}

void TargetStream::take_line(std::string_view line) {
  if (++line_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  const auto spec = trim(line);
  if (spec.empty() || spec.front() == '#') return;
  take(spec, "stdin:" + std::to_string(line_));
}

TargetStream::Line TargetStream::next_line(std::string_view& line) {
  for (;;) {
    const auto end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      line = std::string_view(buffer_).substr(at_, end - at_);
      at_ = end + 1;
      if (!std::exchange(passing_over_, false)) return Line::Whole;
      continue;
    }
    if (buffer_.size() - at_ > kMaxLine) {
      // Told once, by its beginning; the rest of the line is passed over.
      line = std::string_view(buffer_).substr(at_);
      at_ = buffer_.size();
      if (!std::exchange(passing_over_, true)) return Line::Whole;
    }
    if (input_ended_) {
      line = std::string_view(buffer_).substr(at_);
      at_ = buffer_.size();
      return line.empty() || passing_over_ ? Line::End : Line::Whole;
    }
    if (!input_->ready()) return Line::NotYet;
    if (!refill()) return Line::End;
  }
}

/// False where reading failed.
bool TargetStream::refill() {
  buffer_.erase(0, std::exchange(at_, 0));
  const auto before = buffer_.size();
  buffer_.resize(before + kBlock);
  const auto got = input_->read_some(buffer_.data() + before, kBlock);
  buffer_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got < 0) {
    failure_ = Error{ErrorCode::Io, "reading failed", "stdin"};
    return false;
  }
  input_ended_ = got == 0;
  return true;
}
