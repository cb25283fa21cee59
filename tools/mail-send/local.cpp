#include "local.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "base/ordered_pool.h"
#include "base/time.h"
#include "maildir.h"
#include "preview.h"

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

/// A message on its way to where it is written.
struct Rendered {
  std::string email;
  Result<delivery::Message> message;
  std::shared_ptr<const std::string> consent;  ///< Recipient::consent
};

/// Finishes messages on all cores, where there is something to finish, and hands them over in the
/// order of the list.
class Finisher {
 public:
  using Deliver = std::function<bool(Rendered&)>;

  Finisher(MessageMaker& maker, Deliver deliver)
      : maker_(maker), pool_(maker.finishes() ? usable_cores() : 1, finish, std::move(deliver)) {}

  /// Makes the messages of all recipients, or of the first that give `most` messages. False when
  /// `deliver` said to stop.
  bool run(Recipients& recipients, std::uint64_t most) {
    while (most > 0) {
      // What is ready need not wait for a pipe that is quiet.
      if (!recipients.ready() && !pool_.drain()) return false;
      const auto recipient = recipients.next();
      if (!recipient) break;
      Rendered rendered{recipient->address.text(), maker_.render(*recipient), recipient->consent};
      std::size_t size = rendered.email.size();
      if (rendered.message) {
        --most;
        size += rendered.message->data.size();
      }
      if (!pool_.submit(std::move(rendered), size)) return false;
    }
    return pool_.drain();
  }

 private:
  static void finish(Rendered& rendered) {
    auto& message = rendered.message;
    if (!message || !message->finish) return;
    if (auto done = message->finish(message->data); !done) {
      message = tl::unexpected<Error>(done.error());
    }
  }

  MessageMaker& maker_;
  OrderedPool<Rendered> pool_;
};

}  // namespace

bool preview(Recipients& recipients, MessageMaker& maker, std::int64_t count, bool for_person,
             cli::Output& out, cli::Log& log) {
  Finisher finisher(maker, [&](const Rendered& rendered) {
    if (rendered.message) {
      return out.write((for_person ? readable(*rendered.message) : mboxrd(*rendered.message)) +
                       '\n');
    }
    log.warning(rendered.email + ": " + rendered.message.error().text());
    return true;
  });
  return finisher.run(recipients, static_cast<std::uint64_t>(count)) && out.flush();
}

Result<delivery::Summary> to_maildir(const std::string& path, const std::string& campaign,
                                     Recipients& recipients, MessageMaker& maker, Events& events) {
  auto maildir = Maildir::open(path);
  if (!maildir) return tl::unexpected<Error>(maildir.error());
  delivery::Summary summary;
  std::optional<Error> failure;
  Finisher finisher(maker, [&](const Rendered& rendered) {
    ++summary.recipients;
    DeliveryEvent event;
    event.campaign = campaign;
    event.email = rendered.email;
    event.said_by = "local";
    if (rendered.consent) event.consent = *rendered.consent;
    const auto& message = rendered.message;
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
      if (!put) {
        failure = put.error();
        return false;
      }
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
    summary.sink_failed = !events.add(event);
    return !summary.sink_failed;
  });
  const bool written = finisher.run(recipients, std::numeric_limits<std::uint64_t>::max());
  if (failure) return tl::unexpected<Error>(*failure);
  if (written) summary.sink_failed = !events.flush();
  return summary;
}
