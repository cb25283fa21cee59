#include "preflight/message.h"

#include "base/text.h"
#include "preflight/subject.h"

namespace hagaki::preflight {

namespace {

std::vector<ShownText> shown_texts(const mime::Message& mail) {
  const auto& parts = mail.parts();
  std::vector<bool> attached(parts.size());
  std::vector<ShownText> out;
  for (std::size_t i = 0; i < parts.size(); ++i) {  // parents come before their children
    for (const std::size_t child : parts[i].children) {
      attached[child] = attached[i] || parts[i].type.is("message");
    }
    if (attached[i] || !is_shown_text(parts[i])) continue;
    std::string buffer;
    out.push_back({&parts[i], std::string(parts[i].text(buffer))});
  }
  return out;
}

}  // namespace

bool has_placeholder(const Context& context, std::string_view text) {
  return context.sample && ascii_ifind(text, kPlaceholder) != std::string_view::npos;
}

bool is_shown_text(const mime::Part& part) {
  if (part.type.type != "text/plain" && part.type.type != "text/html") return false;
  return !ascii_istarts_with(part.headers.get("Content-Disposition"), "attachment");
}

std::vector<Finding> check_message(std::string_view bytes, const Context& context) {
  std::vector<Finding> findings;
  const auto mail = mime::Message::parse(bytes);
  const Subject subject{
      bytes, mail, context, findings, mail.headers().text("Subject"), shown_texts(mail)};
  check_octets(subject);
  check_headers(subject);
  if (!context.transactional) check_unsubscribe(subject);
  check_body(subject);
  check_attachments(subject);
  if (mail.limited()) subject.unknown("unread", "more parts or headers than are read");
  return findings;
}

}  // namespace hagaki::preflight
