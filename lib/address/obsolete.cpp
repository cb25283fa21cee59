#include <algorithm>

#include "address/syntax.h"
#include "base/ascii.h"

namespace hagaki {
namespace {

constexpr int kMaxDepth = 32;  // of comments in comments

bool is_control(char c) {
  return static_cast<signed char>(c) >= 0 && (c < 0x20 || c == 0x7F);
}

/// Reads an addr-spec with everything that RFC 5322 lets stand between its parts.
class Reader {
 public:
  explicit Reader(std::string_view spec) : s_(spec) {}

  Result<std::string> read() {
    std::string local;
    bool quotes = false;
    for (;;) {
      if (!skip_cfws() || !word(local, quotes) || !skip_cfws()) return none();
      if (take('@')) break;
      if (!take('.')) return none();
      local += '.';
    }
    std::string domain;
    if (!skip_cfws()) return none();
    if (at() == '[') {
      if (!literal(domain)) return none();
    } else if (!labels(domain)) {
      return none();
    }
    if (!skip_cfws() || pos_ != s_.size()) return none();
    return (quotes ? quoted(local) : local) + "@" + domain;
  }

 private:
  static tl::unexpected<Error> none() {
    return fail(ErrorCode::Syntax, "not an addr-spec of RFC 5322");
  }

  [[nodiscard]] char at() const { return pos_ < s_.size() ? s_[pos_] : '\0'; }

  bool take(char c) {
    if (at() != c) return false;
    ++pos_;
    return true;
  }

  /// FWS and obs-FWS (§3.2.2, §4.2): a line end counts only with a blank behind it, and one line
  /// end follows another only with a blank between them.
  bool skip_fws() {
    for (;;) {
      if (is_blank(at())) {
        ++pos_;
      } else if (s_.substr(pos_, 2) == "\r\n") {
        pos_ += 2;
        if (!is_blank(at())) return false;
      } else {
        return at() != '\r' && at() != '\n';
      }
    }
  }

  bool skip_cfws() {
    for (;;) {
      if (!skip_fws()) return false;
      if (at() != '(') return true;
      if (!skip_comment()) return false;
    }
  }

  bool skip_comment() {
    int depth = 0;
    do {
      if (!skip_fws() || pos_ >= s_.size()) return false;
      const char c = s_[pos_++];
      if (c == '(' && ++depth > kMaxDepth) return false;
      if (c == ')') --depth;
      if (c == '\\' && pos_++ >= s_.size()) return false;
    } while (depth > 0);
    return true;
  }

  /// An atom or a quoted string, as what it stands for.
  bool word(std::string& out, bool& quotes) {
    if (take('"')) {
      quotes = true;
      while (!take('"')) {
        if (s_.substr(pos_, 2) == "\r\n") {  // folding: the line end is none of the string
          pos_ += 2;
          if (!is_blank(at())) return false;
          continue;
        }
        if (take('\\') && static_cast<signed char>(at()) < 0) return false;
        if (pos_ >= s_.size() || is_control(at())) return false;
        out += s_[pos_++];
      }
      return true;
    }
    const auto begin = pos_;
    while (is_atext(at())) ++pos_;
    out.append(s_.substr(begin, pos_ - begin));
    return pos_ > begin;
  }

  bool labels(std::string& out) {
    do {
      if (!out.empty()) out += '.';
      if (!skip_cfws()) return false;
      const auto begin = pos_;
      while (is_alnum(at()) || at() == '-' || static_cast<signed char>(at()) < 0) ++pos_;
      if (pos_ == begin) return false;
      out.append(s_.substr(begin, pos_ - begin));
      if (!skip_cfws()) return false;
    } while (take('.'));
    return true;
  }

  bool literal(std::string& out) {
    const auto end = s_.find(']', pos_);
    if (end == std::string_view::npos) return false;
    out = s_.substr(pos_, end + 1 - pos_);
    pos_ = end + 1;
    return true;
  }

  static bool is_atext(char c) {
    return is_alnum(c) || static_cast<signed char>(c) < 0 ||
           (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
  }

  /// The words as one string of RFC 5321: without quotes where it is a dot-string.
  static std::string quoted(const std::string& local) {
    const bool plain =
        !local.empty() && local.front() != '.' && local.back() != '.' &&
        local.find("..") == std::string::npos &&
        std::all_of(local.begin(), local.end(), [](char c) { return c == '.' || is_atext(c); });
    if (plain) return local;
    std::string out = "\"";
    for (const char c : local) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }

  std::string_view s_;
  std::size_t pos_ = 0;
};

}  // namespace

Result<std::string> without_obsolete_forms(std::string_view spec) {
  return Reader(spec).read();
}

}  // namespace hagaki
