#include "rules/json_entries.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/limits.h"

namespace hagaki::rules {
namespace {

/// A recipient with a field called like a page: who it is would be lost.
constexpr const char* kBeside = "an address beside a page of entries";

/// Reads one text, character by character.
class Splitter {
 public:
  explicit Splitter(const std::function<void(std::string_view, std::uint64_t)>& each)
      : each_(each) {}

  Result<void> take(char c) {
    if (c == '\n') ++line_;
    if (capturing_) {
      if (text_.size() >= limits::kRecordLine)
        return wrong(ErrorCode::Limit, "entry is longer than 1 MiB");
      text_ += c;
    }
    if (in_string_) return inside_string(c);
    switch (c) {
      case '"':
        in_string_ = true;
        if (page_ && open_ == "{[")
          return wrong(ErrorCode::Syntax, "a page of entries holds a string");
        if (open_ == "[") begin(c);
        string_.clear();
        break;
      case '{':
      case '[':
        return opened(c);
      case '}':
      case ']':
        return closed(c);
      default:
        if (!capturing_ && !is_white(c) && c != ',' && (open_ == "" || open_ == "[")) {
          return wrong(ErrorCode::Syntax, "neither an object nor a string");
        }
    }
    return {};
  }

  [[nodiscard]] Result<void> finish() const {
    if (in_string_ || !open_.empty())
      return wrong(ErrorCode::Syntax, "JSON ends before it is whole");
    return {};
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(ErrorCode code, const char* message) const {
    return fail(code, message, std::to_string(capturing_ ? began_ : line_));
  }

  void begin(char c) {
    capturing_ = true;
    began_ = line_;
    text_.assign(1, c);
  }

  void emit() {
    capturing_ = false;
    each_(text_, began_);
    text_.clear();
  }

  Result<void> inside_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      if (open_ == "{") key_ = string_;
      has_email_ |= open_ == "{" && string_ == "email";
      if (open_ == "[") {
        text_ = "{\"email\":" + text_ + "}";
        emit();
      }
      return {};
    }
    if (open_ == "{" && string_.size() < 64) string_ += c;
    return {};
  }

  Result<void> opened(char c) {
    if (open_.size() >= limits::kJsonDepth)
      return wrong(ErrorCode::Limit, "nested deeper than 64 levels");
    if (c == '[' && open_ == "{" && is_page_key(key_)) {
      if (has_email_) return wrong(ErrorCode::Syntax, kBeside);
      page_ = true;
      capturing_ = false;
    }
    const bool entry = open_.empty() || open_ == "[" || (page_ && open_ == "{[");
    if (c == '{' && entry) begin(c);
    open_ += c;
    return {};
  }

  Result<void> closed(char c) {
    if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) {
      return wrong(ErrorCode::Syntax, "brackets do not match");
    }
    open_.pop_back();
    const bool entry = open_.empty() || open_ == "[" || (page_ && open_ == "{[");
    if (c == '}' && capturing_ && entry) emit();
    if (!open_.empty()) return {};
    if (page_ && has_email_) return wrong(ErrorCode::Syntax, kBeside);
    page_ = false;
    has_email_ = false;
    return {};
  }

  const std::function<void(std::string_view, std::uint64_t)>& each_;
  std::string open_;    ///< the brackets around what comes next
  std::string text_;    ///< of the entry so far
  std::string string_;  ///< of the string at the top so far
  std::string key_;     ///< the last string in an object at the top
  std::uint64_t line_ = 1;
  std::uint64_t began_ = 1;
  bool in_string_ = false;
  bool escaped_ = false;
  bool capturing_ = false;
  bool has_email_ = false;  ///< the object at the top has an address of its own
  bool page_ = false;       ///< inside an object whose array holds the entries
};

}  // namespace

bool is_page_key(std::string_view key) {
  constexpr std::array<std::string_view, 4> kKeys = {"SuppressedDestinationSummaries", "items",
                                                     "Suppressions", "Bounces"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

Result<void> read_json_entries(std::istream& in,
                               const std::function<void(std::string_view, std::uint64_t)>& each) {
  Splitter splitter(each);
  std::streambuf& bytes = *in.rdbuf();
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    if (auto ok = splitter.take(static_cast<char>(c)); !ok) return ok;
  }
  return splitter.finish();
}

}  // namespace hagaki::rules
