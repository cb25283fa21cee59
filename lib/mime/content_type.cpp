#include "mime/content_type.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/ascii.h"
#include "base/byte_set.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/words.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kMaxParameters = 100;
constexpr ByteSet kTypeEnd(";( \t\r\n");  // and of a value without quotes
constexpr ByteSet kNameEnd("=;");
constexpr ByteSet kSemicolon(";");

/// One parameter as it is written, before RFC 2231 is applied.
struct RawParameter {
  std::string name;  // without "*0*"
  unsigned section;  // of "name*1"; 0 where there is none
  bool numbered;     // there is one
  bool extended;     // name ends in "*": charset'language'%XX
  std::string value;
  std::size_t place = 0;  // among all, as written
};

class Cursor {
 public:
  explicit Cursor(std::string_view s) : s_(s) {}

  [[nodiscard]] bool done() const { return pos_ >= s_.size(); }

  /// Passes over blanks and comments (RFC 5322 §3.2.2).
  void skip_blank() {
    int depth = 0;
    for (; pos_ < s_.size(); ++pos_) {
      const char c = s_[pos_];
      if (c == '(') {
        ++depth;
      } else if (c == ')' && depth > 0) {
        --depth;
      } else if (depth == 0 && !is_white(c)) {
        return;
      }
    }
  }

  bool take(char c) {
    if (done() || s_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  std::string_view until(const ByteSet& stops) {
    const auto end = stops.find_in(s_, pos_);
    const auto token = s_.substr(pos_, end - pos_);
    pos_ = end;
    return trim(token);
  }

  std::string quoted() {
    std::string out;
    while (!done()) {
      const char c = s_[pos_++];
      if (c == '"') break;
      if (c == '\\' && !done()) {
        out.push_back(s_[pos_++]);
      } else if (c != '\r' && c != '\n') {
        out.push_back(c);
      }
    }
    return out;
  }

 private:
  std::string_view s_;
  std::size_t pos_ = 0;
};

RawParameter raw_parameter(std::string_view name, std::string value) {
  RawParameter p{ascii_lower(name), 0, false, false, std::move(value), 0};
  if (p.name.ends_with('*')) {
    p.extended = true;
    p.name.pop_back();
  }
  if (const auto star = p.name.find('*'); star != std::string::npos) {
    if (const auto n = parse_unsigned(std::string_view(p.name).substr(star + 1), 999)) {
      p.section = static_cast<unsigned>(*n);
      p.numbered = true;
      p.name.resize(star);
    }
  }
  return p;
}

/// Joins the sections of one name (they are neighbours and sorted) into its value. What stands
/// there again, and what stands behind a gap, does not count.
template <class It>
std::string join_sections(It begin, It end) {
  if (!begin->numbered) end = begin + 1;
  std::string charset;
  std::string bytes;
  unsigned next = begin->section;
  for (auto it = begin; it != end; ++it) {
    if (it->section != next) continue;
    ++next;
    std::string_view value = it->value;
    if (it == begin && it->extended) {
      const auto first = value.find('\'');
      const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
      }
    }
    bytes += it->extended ? percent_decoded(value) : std::string(value);
  }
  if (next == begin->section + 1 && !begin->extended) return decode_words(begin->value);
  return charset.empty() ? to_valid_utf8(bytes) : to_utf8_lossy(bytes, charset);
}

ContentType parse(std::string_view value) {
  ContentType out;
  Cursor cursor(value);
  cursor.skip_blank();
  out.type = ascii_lower(cursor.until(kTypeEnd));
  std::vector<RawParameter> raw;
  while (!cursor.done() && raw.size() < kMaxParameters) {
    cursor.until(kSemicolon);
    if (!cursor.take(';')) break;
    cursor.skip_blank();
    const auto name = cursor.until(kNameEnd);
    if (!cursor.take('=')) continue;
    cursor.skip_blank();
    std::string text = cursor.take('"') ? cursor.quoted() : std::string(cursor.until(kTypeEnd));
    if (name.empty()) continue;
    raw.push_back(raw_parameter(name, std::move(text)));
    raw.back().place = raw.size();
  }
  std::sort(raw.begin(), raw.end(), [](const RawParameter& a, const RawParameter& b) {
    return std::tie(a.name, a.section, a.place) < std::tie(b.name, b.section, b.place);
  });
  for (auto it = raw.begin(); it != raw.end();) {
    const auto end = std::find_if(it, raw.end(), [&](const auto& p) { return p.name != it->name; });
    // "name" and "name*" side by side: the extended one is meant (RFC 6266 §4.3 has the reason).
    auto first = it;
    if (const auto ext = std::find_if(it, end, [](const auto& p) { return p.extended; });
        ext != end && ext->section == 0) {
      first = ext;
    }
    out.parameters.emplace_back(it->name, join_sections(first, end));
    it = end;
  }
  return out;
}

}  // namespace

std::string_view ContentType::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool ContentType::is(std::string_view major) const {
  return type.size() > major.size() && type.starts_with(major) && type[major.size()] == '/';
}

ContentType parse_content_type(std::string_view value) {
  ContentType out = parse(value);
  const auto slash = out.type.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == out.type.size()) {
    // "text" alone is met often and means what it says.
    out.type = "text/plain";
  }
  return out;
}

}  // namespace hagaki::mime
