#pragma once

#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "delivery/campaign.h"
#include "scripted_server.h"
#include "temp_folder.h"

/// What tests of whole campaigns need: people, letters, a log, a DNS, and servers' answers.
namespace campaign_bench {
using namespace hagaki;
using namespace std::chrono_literals;
using delivery::Campaign;
using delivery::Options;
using delivery::Summary;
using Answer = ScriptedServer::Answer;

class Source : public delivery::RecipientSource {
 public:
  explicit Source(std::vector<std::string> emails) : emails_(std::move(emails)) {}
  std::optional<delivery::Recipient> next() override {
    if (at_ == emails_.size()) {
      if (on_end) on_end();
      return std::nullopt;
    }
    return delivery::Recipient{*Address::parse(emails_[at_++]), "{}"};
  }
  std::function<void()> on_end;

 private:
  std::vector<std::string> emails_;
  std::size_t at_ = 0;
};

class Renderer : public delivery::Renderer {
 public:
  Result<delivery::Message> render(const delivery::Recipient& recipient) override {
    const std::string& email = recipient.address.text();
    ++rendered;
    if (email == fails_for) return fail(ErrorCode::Syntax, "no field \"name\"");
    delivery::Message m;
    m.message_id = email + ".id";
    m.envelope_sender = "b@sender.example";
    m.data = "To: " + email + "\r\n\r\n.hello\r\n";
    if (finish) {
      m.finish = [this, email](std::string& data) { return finish(email, data); };
    }
    return m;
  }
  Result<delivery::Message> begin(const delivery::Recipient& recipient) override {
    if (!late) return render(recipient);
    delivery::Message m;
    m.message_id = recipient.address.text() + ".id";
    m.envelope_sender = "b@sender.example";
    return m;
  }
  std::string fails_for;
  bool late = false;  ///< nothing but the envelope is there before a session has room
  std::size_t rendered = 0;
  std::function<Result<void>(const std::string& email, std::string& data)> finish;
};

class Sink : public delivery::EventSink {
 public:
  bool event(const records::DeliveryEvent& event, std::string_view record) override {
    if (static_cast<int>(events.size()) == refuse_after) return false;
    events.push_back(event);
    lines.emplace_back(record);
    if (on_event) on_event();
    return true;
  }
  bool notice(const records::Notice& notice, std::string_view) override {
    notices += fmt::format("{} {} {}; ", records::event_name(notice.event), notice.provider,
                           notice.relay.empty() ? notice.source_ip : "by " + notice.relay);
    return !ends_at_notice;
  }
  bool flush() override { return !broken; }

  /// "delivered 250, deferred 451" of one recipient, in order.
  std::string story(const std::string& email) const {
    std::string out;
    for (const auto& e : events) {
      if (e.email != email) continue;
      if (!out.empty()) out += ", ";
      out += records::kind_name(e.kind);
      if (e.code > 0) out += fmt::format(" {}", e.code);
    }
    return out;
  }

  std::vector<records::DeliveryEvent> events;
  std::vector<std::string> lines;
  std::string notices;  ///< "blocked google 192.0.2.1; ", or "by" the relay of a detour
  int refuse_after = -1;
  bool ends_at_notice = false;
  bool broken = false;
  std::function<void()> on_event;
};

/// DNS in which every domain's MX is the loopback, save those that a test sets.
class FakeDns : public dns::Resolver {
 public:
  explicit FakeDns(net::Loop& loop) : loop_(loop) {}
  void query(const std::string& name, dns::Type type, Done done) override {
    ++asked[{name, type}];
    dns::Answer answer;
    const auto it = answers.find({name, type});
    if (it != answers.end()) {
      answer = it->second;
    } else if (type == dns::Type::Mx) {
      answer = {dns::Status::Ok, {{"mx." + name, 10, 60}}, false, {}};
    } else if (type == dns::Type::A) {
      answer = {dns::Status::Ok, {{"127.0.0.1", 0, 60}}, false, {}};
    } else {
      answer.status = dns::Status::NoData;
    }
    loop_.post([answer, done = std::move(done)] { done(answer); });
  }
  std::map<std::pair<std::string, dns::Type>, dns::Answer> answers;
  std::map<std::pair<std::string, dns::Type>, int> asked;

 private:
  net::Loop& loop_;
};

/// A campaign's surroundings: a folder, a journal, a loop.
struct Bench {
  Bench() {
    std::signal(SIGPIPE, SIG_IGN);
    options.campaign = "spring";
    options.helo = "sender.example";
    options.connections = 4;
    options.tls = delivery::Tls::None;
    options.retry_after = 20ms;
    options.attempts = 3;
    options.folder = folder.file(".");
    options.host_pause = 10ms;
    options.receiver_pause = 10ms;
  }

  void relay_to(const ScriptedServer& server) {
    delivery::Relay relay;
    relay.host = "127.0.0.1";
    relay.port = static_cast<std::uint16_t>(server.port());
    options.relays.push_back(relay);
  }

  Summary run(std::vector<std::string> emails, bool resume = false) {
    store::Journal::Options how;
    how.resume = resume;
    auto journal = store::Journal::open(folder.file(options.campaign), options.campaign, how);
    if (!journal) FAIL(journal.error().text());
    net::Loop loop;
    FakeDns resolver(loop);
    resolver.answers = dns_answers;
    Campaign campaign(loop, resolver, **journal, options);
    running = &campaign;
    Source source(std::move(emails));
    source.on_end = on_source_end;
    const auto summary = campaign.run(source, renderer, sink);
    running = nullptr;
    dns_asked = resolver.asked;
    return summary;
  }

  /// Journals one who was put off `tries` times, the first time so long ago, and may be tried now.
  void was_put_off(const std::string& email, int tries, std::chrono::milliseconds ago) {
    auto journal =
        store::Journal::open(folder.file(options.campaign), options.campaign, {}).value();
    store::Intent intent;
    intent.id = journal->new_id();
    intent.key = Address::parse(email)->key();
    intent.email = email;
    intent.message_id = email + ".id";
    intent.at = now() - ago;
    std::uint64_t outcome = 0;
    for (int attempt = 1; attempt <= tries; ++attempt) {
      intent.first = attempt == 1;
      intent.attempt = attempt;
      journal->intend(intent);
      journal->settle({intent.id, attempt, store::Standing::Waiting, "deferred", "", intent.at},
                      outcome);
    }
    journal->sync();
    REQUIRE(!journal->failure());
  }

  const TempFolder folder;
  Options options;
  std::map<std::pair<std::string, dns::Type>, dns::Answer> dns_answers;
  std::map<std::pair<std::string, dns::Type>, int> dns_asked;  ///< of the last run
  Renderer renderer;
  Sink sink;
  std::function<void()> on_source_end;
  Campaign* running = nullptr;
};

inline std::vector<std::string> people_at(std::string_view domain, int n) {
  std::vector<std::string> out;
  for (int i = 0; i < n; ++i) out.push_back(fmt::format("u{}@{}", i, domain));
  return out;
}

inline std::vector<std::string> people(int n) {
  return people_at("example.com", n);
}

/// A zone where it is noon: no day ends while a test runs.
inline std::shared_ptr<const TimeZone> zone_of_noon() {
  static const auto zone = [] {
    using std::chrono::minutes;
    const auto since = std::chrono::floor<minutes>(now().time_since_epoch()) % minutes(24h);
    return std::make_shared<FixedZone>(minutes(12h) - since);
  }();
  return zone;
}

/// The date there.
inline std::string today() {
  const auto east = zone_of_noon()->utc_offset(now());
  return format_rfc3339(now() + east).substr(0, 10);
}

/// The throttles of a file of limits; quotas are counted in `folder`, by the days of that zone.
inline std::shared_ptr<delivery::Throttles> limited(const TempFolder& folder,
                                                    const std::string& limits) {
  delivery::Limiting limiting;
  limiting.limits = rules::ProviderLimits::parse(limits, "limits").value();
  limiting.quota_file = folder.file("limits");
  limiting.zone = zone_of_noon();
  return std::make_shared<delivery::Throttles>(
      delivery::Throttles::open(std::move(limiting)).value());
}

inline Answer usual(std::string_view, std::string_view) {
  return {};
}

/// Puts everybody off at the first try.
class Greylist {
 public:
  Answer operator()(std::string_view event, std::string_view who) {
    if (event != "RCPT") return {};
    const std::lock_guard lock(mutex_);
    return seen_.emplace(who).second ? Answer::say("450 4.2.0 later") : Answer{};
  }

 private:
  std::mutex mutex_;
  std::set<std::string> seen_;
};

}  // namespace campaign_bench
