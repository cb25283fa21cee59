#include "local.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "base/time.h"
#include "maildir.h"

using namespace hagaki;
using records::DeliveryEvent;

namespace {

/// `message` as mbox stores it: line ends are LF, and a line that begins like a separator gets a
/// ">" in front.
std::string mboxrd(const delivery::Message& message) {
  std::string out =
      fmt::format("From {} {:%a %b %e %H:%M:%S %Y}\n",
                  message.envelope_sender.empty() ? "MAILER-DAEMON" : message.envelope_sender,
                  fmt::gmtime(std::chrono::system_clock::to_time_t(now())));
  std::string_view rest = message.data;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::size_t quoted = line.find_first_not_of('>');
    if (quoted != std::string_view::npos && line.substr(quoted).starts_with("From ")) out += '>';
    out += line;
    out += '\n';
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return out;
}

}  // namespace

bool preview(Recipients& recipients, MessageMaker& maker, std::int64_t count, cli::Output& out,
             cli::Log& log) {
  while (count > 0) {
    const auto recipient = recipients.next();
    if (!recipient) break;
    const auto message = maker.render(*recipient);
    if (!message) {
      log.warning(recipient->address.text() + ": " + message.error().text());
      continue;
    }
    if (!out.write(mboxrd(*message) + '\n')) return false;
    --count;
  }
  return out.flush();
}

Result<delivery::Summary> to_maildir(const std::string& path, const std::string& campaign,
                                     Recipients& recipients, MessageMaker& maker, Events& events) {
  auto maildir = Maildir::open(path);
  if (!maildir) return tl::unexpected<Error>(maildir.error());
  delivery::Summary summary;
  while (const auto recipient = recipients.next()) {
    ++summary.recipients;
    DeliveryEvent event;
    event.campaign = campaign;
    event.email = recipient->address.text();
    event.said_by = "local";
    auto message = maker.render(*recipient);
    if (!message) {
      ++summary.held;
      event.kind = DeliveryEvent::Kind::Held;
      event.diagnostic = message.error().text();
    } else {
      event.attempt = 1;
      event.message_id = message->message_id;
      event.envelope_sender = message->envelope_sender;
      event.size = static_cast<std::int64_t>(message->data.size());
      const std::string name = message->message_id.substr(0, message->message_id.find('@'));
      const auto put = maildir->put(name + ".hagaki", message->data);
      if (!put) return tl::unexpected<Error>(put.error());
      if (*put == Maildir::Put::Written) {
        ++summary.delivered;
        event.kind = DeliveryEvent::Kind::Delivered;
      } else {
        ++summary.skipped;
        event.kind = DeliveryEvent::Kind::Skipped;
        event.diagnostic = "the Maildir holds this message already";
      }
    }
    event.time = now();
    if (!events.add(event)) {
      summary.sink_failed = true;
      return summary;
    }
  }
  summary.sink_failed = !events.flush();
  return summary;
}
