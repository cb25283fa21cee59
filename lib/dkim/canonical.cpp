#include "dkim/canonical.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"

namespace hagaki::dkim {
namespace {

constexpr std::string_view kCrlf = "\r\n";

/// Writes `text` to `to` with each run of blanks made one space, none at its end, none at its begin
/// with `drop_first`, and line ends left out with `unfold`. Returns where it ends: never behind
/// `to + text.size()`.
char* squeeze(char* to, std::string_view text, bool drop_first, bool unfold) {
  const char* at = text.data();
  const char* const end = at + text.size();
  bool pending = false;
  bool begun = !drop_first;
  while (at < end) {
    const char c = *at;
    if (is_blank(c)) {
      pending = begun;
      ++at;
    } else if (unfold && (c == '\r' || c == '\n')) {
      ++at;
    } else {
      if (pending) *to++ = ' ';
      pending = false;
      begun = true;
      do *to++ = *at++;
      while (at < end && static_cast<unsigned char>(*at) > ' ');
    }
  }
  return to;
}

/// Appends what `write` puts at the char* that it gets, at most `most` octets; it returns the end.
template <class Write>
void append_at_most(std::string& out, std::size_t most, Write write) {
  const std::size_t before = out.size();
  out.resize(before + most);
  const char* end = write(out.data() + before);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

/// Whether blanks would change in the relaxed form: tabs, two in a row, and those before a CR, of a
/// `text` that ends with CRLF. Goes over whole bodies, so there are no branches in it.
bool has_odd_blanks(std::string_view text) {
  using Octet = unsigned char;
  Octet odd = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const Octet space = text[i] == ' ';
    const Octet tab = text[i] == '\t';
    const Octet next_space = text[i + 1] == ' ';
    const Octet next_cr = text[i + 1] == '\r';
    odd = static_cast<Octet>(odd | tab | (space & (next_space | next_cr)));
  }
  return odd != 0;
}

}  // namespace

void append_relaxed(std::string& out, const mime::Headers::Field& field) {
  append_at_most(out, field.name.size() + 1 + field.value.size(), [&field](char* to) {
    to = std::transform(field.name.begin(), field.name.end(), to, to_lower);
    *to++ = ':';
    return squeeze(to, field.value, true, true);
  });
}

std::string_view relaxed_body(std::string_view body, std::string& room) {
  const bool ends_well = body.ends_with(kCrlf) && body != kCrlf && !body.ends_with("\r\n\r\n");
  if (body.empty() || (ends_well && !has_odd_blanks(body))) return body;
  room.clear();
  room.reserve(body.size() + kCrlf.size());
  std::size_t empty_lines = 0;
  while (!body.empty()) {
    const auto end = body.find(kCrlf);
    const auto line = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + kCrlf.size());
    if (std::all_of(line.begin(), line.end(), is_blank)) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) room += kCrlf;
    append_at_most(room, line.size(), [line](char* to) { return squeeze(to, line, false, false); });
    room += kCrlf;
  }
  return room;
}

}  // namespace hagaki::dkim
