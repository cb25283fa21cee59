#include "smtp/body.h"

#include <cstddef>

#include <fmt/core.h>

namespace hagaki::smtp {
namespace {

/// Whether a line but the first begins with a dot.
bool has_dotted_line(std::string_view data) {
  unsigned char found = 0;
  for (std::size_t i = 1; i < data.size(); ++i) {
    const auto dot = static_cast<unsigned char>(data[i] == '.');
    const auto begin = static_cast<unsigned char>(data[i - 1] == '\n');
    found |= static_cast<unsigned char>(dot & begin);
  }
  return found != 0;
}

}  // namespace

// The loops below have no way out in the middle, so that they can take many octets at once.

bool body_is_clean(std::string_view data) {
  if (data.empty()) return true;
  if (data.front() == '\n' || data.front() == '\0' || data.back() == '\r') return false;
  unsigned char odd = 0;
  for (std::size_t i = 1; i < data.size(); ++i) {
    odd |= static_cast<unsigned char>((data[i] == '\n') != (data[i - 1] == '\r'));
    odd |= static_cast<unsigned char>(data[i] == '\0');
  }
  return odd == 0;
}

void append_chunk(std::string_view data, std::string& out) {
  const bool open_end = !data.empty() && !data.ends_with('\n');
  out += fmt::format("BDAT {} LAST\r\n", data.size() + (open_end ? 2 : 0));
  out += data;
  if (open_end) out += "\r\n";
}

void append_stuffed(std::string_view data, std::string& out) {
  out.reserve(out.size() + data.size() + data.size() / 64 + 8);
  if (data.starts_with('.')) out.push_back('.');
  std::size_t begin = 0;
  const bool dotted = has_dotted_line(data);
  while (dotted) {
    const auto at = data.find("\n.", begin);
    if (at == std::string_view::npos) break;
    out.append(data.substr(begin, at + 1 - begin)).push_back('.');
    begin = at + 1;
  }
  out.append(data.substr(begin));
  if (!data.empty() && !data.ends_with('\n')) out.append("\r\n");
  out.append(".\r\n");
}

}  // namespace hagaki::smtp
