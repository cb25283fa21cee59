#include "run.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>

#include "address/address.h"
#include "base/time.h"
#include "net/loop.h"
#include "records/object.h"
#include "rehearse/bounce_sender.h"
#include "rehearse/dns_answers.h"
#include "rehearse/maildir_edge.h"
#include "rehearse/receiver.h"
#include "rehearse/server.h"

using namespace hagaki;

namespace {

records::Object record(std::string_view event) {
  records::Object object;
  object.add("type", "rehearse").add("v", 1).add("event", event);
  return object;
}

/// Writes the log of recipients and counts how often each of them got the same message.
class Tally {
 public:
  Tally(cli::Output* log, bool count_copies) : log_(log), count_copies_(count_copies) {}

  void operator()(const rehearse::Happening& h) {
    if (count_copies_ && h.event == "accepted" && !h.sender.empty()) {
      const auto copies = ++copies_[fmt::format("{} {}", canonical_key(h.recipient), h.message_id)];
      most_ = std::max(most_, copies);
    }
    if (log_ == nullptr) return;
    records::Object object = record(h.event);
    object.add("email", h.recipient)
        .add("time", h.time)
        .add("host", h.host)
        .add("envelope_sender", h.sender)
        .add("message_id", h.message_id)
        .add("diagnostic", h.reply);
    log_->write_line(object.line());
  }

  /// The most copies of one message that one recipient got.
  [[nodiscard]] std::int64_t most_copies() const { return most_; }

 private:
  cli::Output* log_;
  bool count_copies_;
  std::unordered_map<std::string, std::int64_t> copies_;
  std::int64_t most_ = 0;
};

records::Object summary(const rehearse::Receiver& receiver, const rehearse::Server& server,
                        const Tally& tally, bool with_copies) {
  const auto& counts = receiver.counts();
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  records::Object object = record("summary");
  object.add("time", now())
      .add("queries", number(server.queries()))
      .add("connections", number(counts.connections))
      .add("messages", number(counts.messages))
      .add("delivered", number(counts.delivered))
      .add("refused", number(counts.refused))
      .add("deferred", number(counts.deferred))
      .add("forwarded", number(counts.forwarded))
      .add("bounced", number(counts.bounced))
      .add("dropped", number(counts.dropped))
      .add("queued", number(receiver.queued()));
  if (with_copies) object.add("most_copies", tally.most_copies());
  return object;
}

}  // namespace

cli::Exit run(const Options& options, const rehearse::Scenario& scenario, cli::Output& out,
              cli::Log& log, bool for_person) {
  const auto stop = [&log](const Error& error) {
    log.error(error.text());
    return cli::exit_for(error.code);
  };
  const auto answers = rehearse::DnsAnswers::make(scenario);
  if (!answers) return stop(answers.error());

  std::optional<cli::Output> log_file;
  if (!options.log.empty()) {
    auto opened = cli::Output::open(options.log);
    if (!opened) {
      log.error(opened.error().text());
      return cli::Exit::CantCreate;
    }
    log_file = std::move(*opened);
  }
  const bool maildirs = scenario.store == rehearse::Scenario::Store::Maildir;
  if (maildirs && options.maildir.empty())
    log.warning("no --maildir: accepted mail is counted and thrown away");
  Tally tally(log_file ? &*log_file : nullptr, maildirs);

  net::Loop loop;
  std::optional<rehearse::BounceSender> sender;
  rehearse::MaildirEdge::SendBounce send_bounce;
  if (!options.bounce_relay.empty()) {
    sender.emplace(loop, options.bounce_endpoint, scenario.relay_name,
                   [&log](const Error& error) { log.warning("bounce not sent: " + error.text()); });
    send_bounce = [&sender](std::string_view to, std::string_view message) {
      sender->send(to, message);
    };
  }
  auto edge = rehearse::MaildirEdge::open(
      {maildirs ? options.maildir : std::string(), options.bounces}, std::ref(tally), send_bounce);
  if (!edge) {
    log.error(edge.error().text());
    return cli::Exit::CantCreate;
  }
  rehearse::Receiver receiver(scenario, *edge);
  {
    rehearse::Server server(loop, receiver, *answers);
    if (auto up = server.listen(options.dns_endpoint, options.smtp_endpoint); !up)
      return stop(up.error());
    net::Signals signals(loop, [&loop](int) { loop.stop(); });

    log.debug("DNS on " + server.dns().text() + ", SMTP on " + server.smtp().text());
    if (maildirs && !options.maildir.empty()) log.debug("accepted mail goes to " + options.maildir);
    if (!options.bounces.empty()) log.debug("bounces go to " + options.bounces);
    if (!options.bounce_relay.empty()) log.debug("bounces go through " + options.bounce_relay);
    if (for_person) {
      out.write(fmt::format("DNS on {}, SMTP on {} ({} hosts); Ctrl-C ends.\n", server.dns().text(),
                            server.smtp().text(), scenario.hosts.size()));
    } else {
      records::Object ready = record("ready");
      ready.add("dns", server.dns().text()).add("smtp", server.smtp().text());
      out.write_line(ready.line());
    }
    // Who does not read where we listen cannot end us either.
    if (!out.flush())
      return out.closed() ? cli::Exit::Ok : stop({ErrorCode::Io, out.failure(), {}});

    // The log is for people who look while it plays: hand it on a few times a second.
    net::Timer flusher(loop);
    if (log_file) {
      flusher.start_repeating(std::chrono::milliseconds{200}, [&log_file] { log_file->flush(); });
      flusher.unref();
    }
    loop.run();

    const records::Object end = summary(receiver, server, tally, maildirs);
    if (for_person)
      out.write(fmt::format("{} messages taken, {} recipients refused, {} put off, {} bounces.\n",
                            receiver.counts().messages, receiver.counts().refused,
                            receiver.counts().deferred, receiver.counts().bounced));
    else
      out.write_line(end.line());
  }
  if (edge->failures() > 0) {
    log.error(
        fmt::format("{} messages could not be stored: {}", edge->failures(), edge->last_failure()));
    return cli::Exit::Io;
  }
  const bool log_ok = !log_file || log_file->flush();
  if (!out.flush() && !out.closed()) return stop({ErrorCode::Io, out.failure(), {}});
  if (!log_ok) return stop({ErrorCode::Io, log_file->failure(), options.log});
  return cli::Exit::Ok;
}
