#include "dsn/mailed_event.h"

#include <string>

#include "base/text.h"
#include "dsn/service_events.h"

namespace hagaki::dsn {
namespace {

/// The object that `text` begins with, without the line ends that relays put into lines of more
/// than 998 bytes ("!" and a break, as Sendmail does), up to its closing bracket; empty where there
/// is none.
std::string first_object(std::string_view text) {
  std::string object;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i).starts_with("!\n ")) {
      i += 2;
      continue;
    }
    if (c == '\n' && quoted) continue;
    object.push_back(c);
    if (quoted) {
      if (c == '\\' && i + 1 < text.size()) object.push_back(text[++i]);
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return object;
    }
  }
  return {};
}

}  // namespace

bool read_mailed_event(const mime::Message& message, const Notice& notice,
                       const reason::Rules& rules, const verp::Key* key, Report& out) {
  if (!message.headers().find("x-amz-sns-message-id")) return false;
  const auto text = trim(notice.text);
  if (!text.starts_with('{')) return false;
  auto events = read_service_events(first_object(text), Service::Ses, rules, key);
  if (!events) return false;
  for (auto& report : events->reports) {
    if (report.kind == Kind::Other) continue;
    report.from = out.from;
    if (!report.time) report.time = out.time;
    out = std::move(report);
    return true;
  }
  return false;
}

}  // namespace hagaki::dsn
