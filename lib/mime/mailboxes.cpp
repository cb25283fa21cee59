#include "mime/mailboxes.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mime/headers.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kShifted = 1024;  // of ISO-2022-JP at a time, octets

/// One mailbox as it is taken apart.
struct Pieces {
  std::string phrase;   ///< outside of angle brackets and comments, quotes undone
  std::string comment;  ///< the last one
  std::string angle;    ///< inside of angle brackets
  bool has_angle = false;
};

/// Reads an address field from left to right.
class FieldReader {
 public:
  explicit FieldReader(std::string_view field) : s_(field) {}

  std::vector<Mailbox> read() {
    while (at_ < s_.size()) {
      const char c = s_[at_];
      if (c == '"') {
        quoted();
      } else if (c == '(') {
        comment();
      } else if (c == '<') {
        angle();
      } else if (c == ',' || c == ';') {
        ++at_;
        put_away();
      } else if (c == ':' && !one_.has_angle) {
        ++at_;
        one_ = {};  // the name of a group
      } else if (c == '\x1b') {
        shifted(one_.phrase);
      } else {
        one_.phrase += is_white(c) ? ' ' : c;
        ++at_;
      }
    }
    put_away();
    return std::move(out_);
  }

 private:
  /// Copies from the ESC at hand to where ISO-2022-JP is back in ASCII.
  void shifted(std::string& to) {
    const auto near = s_.substr(at_, kShifted);
    auto length = near.find("\x1b(B", 1);
    if (length == std::string_view::npos) length = near.find("\x1b(J", 1);
    const auto end = at_ + (length == std::string_view::npos ? 1 : length + 3);
    to += s_.substr(at_, end - at_);
    at_ = end;
  }

  /// A quoted string, which may be a local part: its quotes stay for that case.
  void quoted() {
    std::string text;
    const auto begin = at_++;
    while (at_ < s_.size() && s_[at_] != '"') {
      if (s_[at_] == '\x1b') {
        shifted(text);
        continue;
      }
      if (s_[at_] == '\\' && at_ + 1 < s_.size()) ++at_;
      text += s_[at_++];
    }
    at_ = std::min(at_ + 1, s_.size());
    const bool local_part = at_ < s_.size() && s_[at_] == '@';
    one_.phrase += local_part ? std::string(s_.substr(begin, at_ - begin)) : text;
  }

  void comment() {
    std::string text;
    int depth = 0;
    while (at_ < s_.size()) {
      const char c = s_[at_];
      if (c == '\x1b') {
        shifted(text);
        continue;
      }
      ++at_;
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) break;
      if (c == '\\' && at_ < s_.size()) {
        text += s_[at_++];
      } else {
        text += c;
      }
    }
    one_.comment = std::move(text);
    one_.phrase += ' ';
  }

  void angle() {
    const auto end = std::min(s_.find('>', at_), s_.size());
    one_.angle = s_.substr(at_ + 1, end - at_ - 1);
    one_.has_angle = true;
    at_ = std::min(end + 1, s_.size());
  }

  void put_away() {
    const Pieces one = std::exchange(one_, {});
    const auto found = addresses_of(one.has_angle ? '<' + one.angle + '>' : one.phrase);
    if (found.empty()) return;
    std::string name = one.has_angle ? squeeze(one.phrase) : std::string();
    if (name.empty()) name = squeeze(one.comment);
    if (name == found.front()) name.clear();
    out_.push_back({found.front(), std::move(name)});
  }

  std::string_view s_;
  std::size_t at_ = 0;
  Pieces one_;
  std::vector<Mailbox> out_;
};

}  // namespace

std::vector<Mailbox> mailboxes_of(std::string_view field) {
  return FieldReader(field).read();
}

}  // namespace hagaki::mime
