#include "smtp/body.h"

#include <cstring>

#include <fmt/core.h>

namespace hagaki::smtp {

bool body_is_clean(std::string_view data) {
  if (std::memchr(data.data(), '\0', data.size()) != nullptr) return false;
  std::size_t pos = 0;
  while (pos < data.size()) {
    const auto cr = data.find('\r', pos);
    const auto line_end = cr == std::string_view::npos ? data.size() : cr;
    if (data.substr(pos, line_end - pos).find('\n') != std::string_view::npos) return false;
    if (cr == std::string_view::npos) return true;
    if (cr + 1 >= data.size() || data[cr + 1] != '\n') return false;
    pos = cr + 2;
  }
  return true;
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
  for (;;) {
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
