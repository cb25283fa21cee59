#include "dkim/canonical.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::dkim {
namespace {

constexpr std::string_view kCrlf = "\r\n";

/// Appends `text` with each run of blanks made one space, none at its end, and with `drop_first`
/// none at its begin.
void append_squeezed(std::string& out, std::string_view text, bool drop_first) {
  bool pending = false;
  bool begun = !drop_first;
  for (const char c : text) {
    if (is_blank(c)) {
      pending = begun;
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    begun = true;
    out.push_back(c);
  }
}

}  // namespace

void append_relaxed(std::string& out, const mime::Headers::Field& field) {
  out += ascii_lower(field.name);
  out += ':';
  std::string unfolded(field.value);
  std::erase_if(unfolded, [](char c) { return c == '\r' || c == '\n'; });
  append_squeezed(out, unfolded, true);
}

std::string relaxed_body(std::string_view body) {
  std::string out;
  out.reserve(body.size() + kCrlf.size());
  std::size_t empty_lines = 0;
  while (!body.empty()) {
    const auto end = body.find(kCrlf);
    const auto line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + kCrlf.size());
    if (std::all_of(line.begin(), line.end(), is_blank)) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) out += kCrlf;
    append_squeezed(out, line, false);
    out += kCrlf;
  }
  return out;
}

}  // namespace hagaki::dkim
