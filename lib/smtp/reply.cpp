#include "smtp/reply.h"

#include <utility>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"

namespace hagaki::smtp {
namespace {

/// A number of one to three digits at the front of `s`, which it takes off; -1 where there is none.
int take_number(std::string_view& s) {
  std::size_t n = 0;
  int value = 0;
  while (n < s.size() && n < 4 && is_digit(s[n])) value = value * 10 + (s[n++] - '0');
  if (n == 0 || n > 3 || (n > 1 && s[0] == '0')) return -1;
  s.remove_prefix(n);
  return value;
}

}  // namespace

std::string EnhancedStatus::text() const {
  std::string out = std::to_string(klass);
  out.append(".").append(std::to_string(subject));
  out.append(".").append(std::to_string(detail));
  return out;
}

std::optional<StatusText> parse_status_text(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nullopt;
  std::string_view s = line.substr(start);
  if (s.size() < 5 || (s[0] != '2' && s[0] != '4' && s[0] != '5') || s[1] != '.')
    return std::nullopt;
  StatusText out;
  out.status.klass = s[0] - '0';
  s.remove_prefix(2);
  out.status.subject = take_number(s);
  if (out.status.subject < 0 || s.empty() || s[0] != '.') return std::nullopt;
  s.remove_prefix(1);
  out.status.detail = take_number(s);
  if (out.status.detail < 0) return std::nullopt;
  if (!s.empty() && s[0] != ' ' && s[0] != '\t' && s[0] != '\r' && s[0] != '\n')
    return std::nullopt;
  const auto text = s.find_first_not_of(" \t");
  out.text = text == std::string_view::npos ? s.substr(s.size()) : s.substr(text);
  return out;
}

void ReplyParser::feed(std::string_view bytes) {
  if (failed_) return;
  if (pos_ > 0 && pos_ == in_.size()) {
    in_.clear();
    pos_ = 0;
  } else if (pos_ > limits::kReplyLine) {
    in_.erase(0, pos_);
    pos_ = 0;
  }
  in_.append(bytes);
}

Result<std::optional<Reply>> ReplyParser::next() {
  while (!failed_) {
    const auto end = in_.find('\n', pos_);
    if (end == std::string::npos) {
      if (in_.size() - pos_ <= limits::kReplyLine) return std::nullopt;
      // Too long to wait for its end: what came first says enough.
      if (!skipping_) {
        skipping_ = true;
        auto more = take_line(std::string_view(in_).substr(pos_, limits::kReplyLine));
        if (!more) break;
        skipping_last_ = *more;
      }
      in_.clear();
      pos_ = 0;
      return std::nullopt;
    }
    std::string_view line = std::string_view(in_).substr(pos_, end - pos_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    bool last = false;
    if (skipping_) {
      skipping_ = false;
      last = skipping_last_;
    } else {
      auto taken = take_line(line.substr(0, limits::kReplyLine));
      if (!taken) break;
      last = *taken;
    }
    pos_ = end + 1;
    if (!last) continue;
    first_ = true;
    reply_bytes_ = 0;
    return std::exchange(reply_, Reply{});
  }
  return tl::unexpected<Error>(*failed_);
}

/// One line of a reply; true when it is the last.
Result<bool> ReplyParser::take_line(std::string_view line) {
  const auto refuse = [this](std::string why) {
    failed_ = Error{ErrorCode::Protocol, std::move(why), {}};
    return tl::unexpected<Error>(*failed_);
  };
  const bool shaped = line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) &&
                      is_digit(line[2]) && line[0] >= '2' && line[0] <= '5' &&
                      (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!shaped) {
    return refuse("not an SMTP reply: \"" + printable(utf8_prefix(line, 100)) + '"');
  }
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (first_) {
    reply_.code = code;
  } else if (code != reply_.code) {
    return refuse(
        fmt::format("reply code changes from {} to {} within a reply", reply_.code, code));
  }
  reply_bytes_ += line.size() + 2;
  if (reply_bytes_ > limits::kReplyBytes) return refuse("reply too long");

  const bool last = line.size() == 3 || line[3] == ' ';
  std::string_view text = line.size() > 4 ? line.substr(4) : std::string_view{};
  if (auto found = parse_status_text(text)) {
    // The code of three digits decides what happens; an enhanced code that contradicts it is a slip
    // in the server's table, of which subject and detail still say something.
    found->status.klass = reply_.intermediate() ? found->status.klass : reply_.code / 100;
    if (!reply_.status) reply_.status = found->status;
    text = found->text;
  }
  if (!first_) reply_.text.push_back('\n');
  reply_.text.append(trim(text));
  first_ = false;
  return last;
}

}  // namespace hagaki::smtp
