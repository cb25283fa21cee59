#include "delivery/campaign.h"

#include <doctest/doctest.h>

#include <future>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "campaign_bench.h"

namespace campaign_test {

namespace {

using namespace campaign_bench;

TEST_CASE("everybody gets one copy, and the event says how") {
  ScriptedServer server(usual);
  for (const auto pipelining :
       {delivery::Pipelining::Off, delivery::Pipelining::Grouped, delivery::Pipelining::Deep}) {
    CAPTURE(static_cast<int>(pipelining));
    Bench bench;
    bench.options.pipelining = pipelining;
    bench.relay_to(server);
    const auto before = server.accepted();
    const auto summary = bench.run(people(300));
    CHECK(summary.delivered == 300);
    CHECK(!summary.unfinished());
    for (const auto& [email, copies] : server.accepted()) {
      const auto it = before.find(email);
      CHECK(copies - (it == before.end() ? 0 : it->second) == 1);
    }
    REQUIRE(bench.sink.events.size() == 300);
    const auto& e = bench.sink.events[0];
    CHECK(e.relay == "127.0.0.1");
    CHECK(e.remote_ip == "127.0.0.1");
    CHECK(e.tls == "none");
    CHECK(e.phase == "body");
    CHECK(e.code == 250);
    CHECK(e.status == "2.0.0");
    CHECK(e.said_by == "remote");
    CHECK(e.attempt == 1);
    CHECK(bench.sink.lines[0] == records::to_record(e));
  }
}

TEST_CASE("the stories of single recipients") {
  std::mutex mutex;
  std::map<std::string, int> tries;
  const auto nth = [&](std::string_view email) {
    const std::lock_guard lock(mutex);
    return ++tries[std::string(email)];
  };
  ScriptedServer server([&](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "unknown@example.com")
      return Answer::say("550 5.1.1 no such user");
    if (event == "RCPT" && who == "grey@example.com" && nth(who) == 1) {
      return Answer::say("451 4.7.1 greylisted");
    }
    if (event == "RCPT" && who == "never@example.com") return Answer::say("450 4.2.1 not now");
    if (event == "body" && who == "spam@example.com") return Answer::say("554 5.7.1 spam");
    if (event == "body" && who == "lost@example.com") return Answer::drop();
    if (event == "RCPT" && who == "shaky@example.com" && nth(who) == 1) return Answer::drop();
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.retry_after = 1ms;
  bench.renderer.fails_for = "blank@example.com";
  const auto summary = bench.run({"good@example.com", "unknown@example.com", "grey@example.com",
                                  "never@example.com", "spam@example.com", "lost@example.com",
                                  "shaky@example.com", "blank@example.com", "Good@Example.COM"});
  struct Case {
    const char* email;
    const char* want;
  };
  const Case cases[] = {
      {"good@example.com", "delivered 250"},
      {"unknown@example.com", "failed 550"},
      {"grey@example.com", "deferred 451, delivered 250"},
      {"never@example.com", "deferred 450, deferred 450, deferred 450"},
      {"spam@example.com", "failed 554"},
      {"lost@example.com", "uncertain"},
      {"shaky@example.com", "delivered 250"},
      {"blank@example.com", "held"},
      {"Good@Example.COM", "skipped"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.email);
    CHECK(bench.sink.story(c.email) == c.want);
  }
  CHECK(summary.recipients == 9);
  CHECK(summary.delivered == 3);
  CHECK(summary.failed == 2);
  CHECK(summary.deferred == 1);
  CHECK(summary.uncertain == 1);
  CHECK(summary.held == 1);
  CHECK(summary.skipped == 1);
  CHECK(summary.unfinished());
  for (const auto& e : bench.sink.events) {
    if (e.email == "unknown@example.com") {
      CHECK(e.reason == "userunknown");
      CHECK(e.hard == true);
      CHECK(e.phase == "rcpt");
      CHECK(e.status == "5.1.1");
      CHECK(e.diagnostic == "no such user");
    }
    if (e.email == "grey@example.com" && e.kind == records::DeliveryEvent::Kind::Deferred) {
      CHECK(e.retry_at.has_value());
      CHECK(e.hard == false);
    }
    if (e.email == "lost@example.com") CHECK(e.said_by == "local");
  }
  CHECK(server.accepted()["good@example.com"] == 1);

  // The next run takes up who was deferred or held, and nobody else.
  bench.sink = Sink{};
  bench.renderer.fails_for.clear();
  const auto second = bench.run({"good@example.com", "never@example.com", "lost@example.com",
                                 "blank@example.com", "unknown@example.com"},
                                true);
  CHECK(second.already_done == 3);
  CHECK(bench.sink.story("blank@example.com") == "delivered 250");
  CHECK(bench.sink.story("never@example.com") == "deferred 450, deferred 450, deferred 450");
  CHECK(bench.sink.events[0].attempt >= 1);
  CHECK(server.accepted()["lost@example.com"] == 1);

  // Unless asked, the uncertain one is not sent again.
  bench.sink = Sink{};
  bench.options.retry_uncertain = true;
  bench.run({"lost@example.com"}, true);
  CHECK(server.accepted()["lost@example.com"] == 2);
}

TEST_CASE("who is put off for too long is given up, with the last answer") {
  ScriptedServer server([](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "grey@example.com") return Answer::say("451 4.7.1 greylisted");
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  bench.was_put_off("grey@example.com", 2, 1h);
  bench.options.expire = 90min;
  bench.options.retry_after = 1h;
  const auto summary = bench.run({"grey@example.com", "good@example.com"}, true);
  CHECK(bench.sink.story("grey@example.com") == "failed");
  CHECK(bench.sink.story("good@example.com") == "delivered 250");
  CHECK(summary.failed == 1);
  CHECK(!summary.unfinished());
  for (const auto& e : bench.sink.events) {
    if (e.kind != records::DeliveryEvent::Kind::Failed) continue;
    CHECK(e.reason == "expired");
    CHECK(e.status == "5.4.7");
    CHECK(e.said_by == "local");
    CHECK(e.hard == false);
    CHECK(e.code == 0);
    CHECK(e.attempt == 3);
    CHECK(e.diagnostic == "given up after 90 minutes; the last answer: 451 4.7.1 greylisted");
    CHECK(!e.retry_at);
  }
}

TEST_CASE("one pass tries everybody once, and later runs do not come too early") {
  ScriptedServer server([](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "grey@example.com") return Answer::say("451 4.7.1 greylisted");
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.attempts = 1;
  bench.options.retry_after = 1h;
  const auto first = bench.run({"grey@example.com", "good@example.com"});
  CHECK(first.delivered == 1);
  CHECK(first.deferred == 1);
  CHECK(first.unfinished());
  const auto second = bench.run({"grey@example.com", "good@example.com"}, true);
  CHECK(second.deferred == 1);
  CHECK(second.already_done == 1);
  CHECK(bench.sink.story("grey@example.com") == "deferred 451");
}

TEST_CASE("many who wait do not keep the others from being sent") {
  Greylist greylist;
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    return who.starts_with("u") ? greylist(event, who) : Answer{};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.window = 8;  // two wait in memory, the others on disk
  bench.options.retry_after = 50ms;
  auto emails = people(60);
  emails.push_back("last@example.org");
  const auto summary = bench.run(emails);
  CHECK(summary.delivered == 61);
  CHECK(!summary.unfinished());
  CHECK(bench.sink.story("u7@example.com") == "deferred 450, delivered 250");
}

TEST_CASE("who waits for which receiver is known while the campaign runs") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.options.throttles =
      limited(bench.folder, "[domain.\"slow.example\"]\nrates = [\"1/minute\"]\n");
  std::vector<delivery::Crowd> seen;
  bench.sink.on_event = [&] {
    seen = bench.running->crowds(3);
    if (bench.sink.events.size() == 6) bench.running->stop("seen");
  };
  auto emails = people_at("slow.example", 4);
  for (const auto& email : people(5)) emails.push_back(email);
  const auto summary = bench.run(emails);
  CHECK(summary.delivered == 6);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].receiver == "slow.example");
  CHECK(seen[0].waiting == 3);
  CHECK(!seen[0].held);
}

TEST_CASE("421 slows a host down and costs no recipient anything") {
  std::atomic<int> count{0};
  ScriptedServer server([&](std::string_view event, std::string_view) -> Answer {
    if (event == "MAIL" && ++count % 10 == 5 && count < 60)
      return Answer::say("421 4.7.0 slow down");
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  const auto summary = bench.run(people(100));
  CHECK(summary.delivered == 100);
  for (const auto& e : bench.sink.events) CHECK(e.attempt == 1);
  CHECK(bench.sink.events.size() == 100);
}

TEST_CASE("a server that takes few messages in a session gets as many, and no recipient waits") {
  for (const char* last : {"452 4.5.3 Too many recipients: Too many messages sent",
                           "421 too many messages in this connection"}) {
    for (const auto pipelining : {delivery::Pipelining::Deep, delivery::Pipelining::Grouped}) {
      CAPTURE(last);
      ScriptedServer server([&](std::string_view event, std::string_view) -> Answer {
        thread_local int taken = 0;  // a session is a thread
        if (event == "greeting") taken = 0;
        if (event == "body") ++taken;
        return event == "MAIL" && taken >= 20 ? Answer::say(last) : Answer{};
      });
      Bench bench;
      bench.relay_to(server);
      bench.options.pipelining = pipelining;
      bench.options.attempts = 1;
      bench.sink.ends_at_notice = true;
      const auto summary = bench.run(people(400));
      CHECK(summary.delivered == 400);
      CHECK(bench.sink.events.size() == 400);
      CHECK(bench.sink.notices == "");
      CHECK(server.accepted().size() == 400);
      CHECK(server.connections() >= 20);
    }
  }
}

TEST_CASE("a server that takes no message in any session defers all") {
  ScriptedServer server([](std::string_view event, std::string_view) {
    return event == "MAIL" ? Answer::say("452 4.5.3 Too many messages sent") : Answer{};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.attempts = 1;
  CHECK(bench.run(people(10)).deferred == 10);
}

TEST_CASE("a server that takes few sessions gets few") {
  std::atomic<int> open{0};
  ScriptedServer server([&](std::string_view event, std::string_view) -> Answer {
    if (event == "greeting" && ++open > 2) return Answer::say("421 4.7.0 too many connections");
    return {};
  });
  Bench bench;
  bench.options.connections = 8;
  bench.relay_to(server);
  const auto summary = bench.run(people(200));
  CHECK(summary.delivered == 200);
  CHECK(bench.sink.events.size() == 200);
}

TEST_CASE("a relay that is not there ends the run, and nobody is lost") {
  Bench bench;
  {
    ScriptedServer gone(usual);
    bench.relay_to(gone);
  }
  const auto summary = bench.run(people(3));
  CHECK(summary.stopped);
  CHECK(summary.unfinished());
  CHECK(summary.delivered == 0);
  for (const auto& e : bench.sink.events) {
    CHECK(e.kind == records::DeliveryEvent::Kind::Deferred);
    CHECK(e.phase == "connect");
    CHECK(e.said_by == "local");
    CHECK(e.code == 0);
  }
  ScriptedServer back(usual);
  bench.options.relays[0].port = static_cast<std::uint16_t>(back.port());
  const auto second = bench.run(people(3), true);
  CHECK(second.delivered == 3);
  CHECK(!second.unfinished());
}

TEST_CASE("a relay that refuses the sender loses no recipient") {
  struct Case {
    const char* name;
    const char* command;
    const char* reply;
    const char* reason;
  };
  const Case cases[] = {
      {"forgotten login", "RCPT", "554 5.7.1 Relay access denied", "norelaying"},
      {"sender not ours", "MAIL", "553 5.7.1 Sender address rejected: not owned by user",
       "rejected"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::atomic<bool> mended{false};
    ScriptedServer server([&](std::string_view event, std::string_view) -> Answer {
      if (!mended && event == c.command) return Answer::say(c.reply);
      return {};
    });
    Bench bench;
    bench.relay_to(server);
    const auto summary = bench.run(people(50));
    CHECK(summary.stopped);
    CHECK(summary.failed == 0);
    CHECK(summary.unfinished());
    REQUIRE(!bench.sink.events.empty());
    CHECK(bench.sink.events[0].kind == records::DeliveryEvent::Kind::Deferred);
    CHECK(bench.sink.events[0].reason == c.reason);
    CHECK(bench.sink.events[0].said_by == "remote");
    mended = true;
    const auto second = bench.run(people(50), true);
    CHECK(second.delivered == 50);
  }
}

TEST_CASE("a relay that took mail may refuse one recipient for good") {
  ScriptedServer server([&](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "user7@example.com") {
      return Answer::say("554 5.7.1 <user7@example.com>: Relay access denied");
    }
    return {};
  });
  Bench bench;
  bench.options.connections = 1;
  bench.relay_to(server);
  const auto summary = bench.run({"user1@example.com", "user7@example.com", "user8@example.com"});
  CHECK(summary.delivered == 2);
  CHECK(summary.failed == 1);
  CHECK(!summary.stopped);
}

TEST_CASE("however many hosts there are, few intents are open when the machine dies") {
  std::vector<std::string> emails;
  for (int i = 0; i < 400; ++i) emails.push_back(fmt::format("a@d{}.example", i));
  ScriptedServer server(usual);
  Bench bench;
  bench.options.connections = 2;
  bench.options.direct_port = static_cast<std::uint16_t>(server.port());
  std::size_t most = 0;
  bench.sink.on_event = [&] {
    most = std::max(most, bench.renderer.rendered - bench.sink.events.size());
  };
  const auto summary = bench.run(emails);
  CHECK(summary.delivered == 400);
  CHECK(most <= 2 * 32);
}

TEST_CASE("a greeting that refuses us is kept in the server's words") {
  ScriptedServer server([&](std::string_view event, std::string_view) -> Answer {
    if (event == "greeting") return Answer::say("554-5.7.1 blocked,\r\n554 5.7.1 go away");
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  const auto summary = bench.run(people(3));
  CHECK(summary.stopped);
  REQUIRE(!bench.sink.events.empty());
  const auto& e = bench.sink.events[0];
  CHECK(e.phase == "greeting");
  CHECK(e.code == 554);
  CHECK(e.status == "5.7.1");
  CHECK(e.diagnostic == "blocked,\ngo away");
  CHECK(e.said_by == "remote");
  CHECK(e.kind == records::DeliveryEvent::Kind::Deferred);
}

TEST_CASE("mail goes through another relay when one is down") {
  ScriptedServer good(usual);
  Bench bench;
  {
    ScriptedServer gone(usual);
    bench.relay_to(gone);
  }
  bench.relay_to(good);
  const auto summary = bench.run(people(100));
  CHECK(summary.delivered == 100);
  CHECK(!summary.stopped);
}

TEST_CASE("direct mail: MX by preference, DNS speaks for itself") {
  ScriptedServer server(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(server.port());
  const auto mx = [](std::vector<dns::Record> records) {
    return dns::Answer{dns::Status::Ok, std::move(records), false, {}};
  };
  using dns::Type;
  bench.dns_answers[{"null.example", Type::Mx}] = mx({{"", 0, 60}});
  bench.dns_answers[{"gone.example", Type::Mx}] = {dns::Status::NxDomain, {}, false, {}};
  bench.dns_answers[{"mute.example", Type::Mx}] = {dns::Status::Timeout, {}, false, {}};
  bench.dns_answers[{"backup.example", Type::Mx}] =
      mx({{"first.backup.example", 10, 60}, {"second.backup.example", 20, 60}});
  // Nobody listens on 127.0.0.9: the second MX must get it.
  bench.dns_answers[{"first.backup.example", Type::A}] = {
      dns::Status::Ok, {{"127.0.0.9", 0, 60}}, false, {}};
  const auto summary = bench.run({"a@plain.example", "b@null.example", "c@gone.example",
                                  "d@mute.example", "e@backup.example"});
  CHECK(bench.sink.story("a@plain.example") == "delivered 250");
  CHECK(bench.sink.story("b@null.example") == "failed");
  CHECK(bench.sink.story("c@gone.example") == "failed");
  CHECK(bench.sink.story("d@mute.example") == "deferred, deferred, deferred");
  CHECK(bench.sink.story("e@backup.example") == "delivered 250");
  CHECK(summary.delivered == 2);
  for (const auto& e : bench.sink.events) {
    if (e.email == "e@backup.example") CHECK(e.mx == "second.backup.example");
    if (e.email == "c@gone.example") {
      CHECK(e.said_by == "dns");
      CHECK(e.reason == "hostunknown");
      CHECK(e.hard == true);
    }
    if (e.email == "b@null.example") CHECK(e.status == "5.1.10");
  }
}

TEST_CASE("a sink that takes no more stops the run; the rest is reported on resume") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.sink.refuse_after = 10;
  const auto first = bench.run(people(500));
  CHECK(first.sink_failed);
  CHECK(first.stopped);
  std::set<std::string> reported;
  for (const auto& e : bench.sink.events) reported.insert(e.email);
  bench.sink = Sink{};
  const auto second = bench.run(people(500), true);
  CHECK(second.repeated > 0);
  for (const auto& e : bench.sink.events) reported.insert(e.email);
  CHECK(reported.size() == 500);
  const auto accepted = server.accepted();
  CHECK(accepted.size() == 500);
  for (const auto& [email, copies] : accepted) CHECK(copies == 1);
}

TEST_CASE("a stopped run can be resumed and repeats nothing") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.sink.on_event = [&bench] {
    if (bench.sink.events.size() == 20 && bench.running) bench.running->stop("enough");
  };
  const auto first = bench.run(people(2000));
  CHECK(first.stopped);
  CHECK(first.stop_reason == "enough");
  CHECK(first.uncertain == 0);
  CHECK(first.delivered < 2000);
  bench.sink.on_event = nullptr;
  const auto second = bench.run(people(2000), true);
  CHECK(second.delivered + second.already_done == 2000);
  CHECK(second.repeated == 0);
  CHECK(bench.sink.events.size() == 2000);
  for (const auto& [email, copies] : server.accepted()) CHECK(copies == 1);
}

TEST_CASE("unfinished people who are not in the input any more are counted") {
  ScriptedServer server([&](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "u1@example.com") return Answer::say("450 4.2.1 not now");
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  CHECK(bench.run(people(3)).deferred == 1);
  const auto second = bench.run({"u0@example.com"}, true);
  CHECK(second.absent == 1);
  CHECK(second.unfinished());
}

const auto sign = [](const std::string& email, std::string& data) -> Result<void> {
  data.insert(0, "Signature: " + email + "\r\n");
  return {};
};

TEST_CASE("messages are finished in other threads, each once for each try, and then sent") {
  std::atomic<int> tries = 0;
  ScriptedServer server([&](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "u7@example.com" && ++tries == 1) return Answer::drop();
    if (event == "RCPT" && who == "u9@example.com" && tries++ < 3)
      return Answer::say("451 4.7.1 no");
    return {};
  });
  const auto here = std::this_thread::get_id();
  for (const auto pipelining : {delivery::Pipelining::Off, delivery::Pipelining::Deep}) {
    CAPTURE(static_cast<int>(pipelining));
    tries = 0;
    Bench bench;
    bench.options.pipelining = pipelining;
    bench.options.finishing_threads = 3;
    bench.relay_to(server);
    std::atomic<int> finished = 0;
    std::atomic<int> at_home = 0;
    bench.renderer.finish = [&](const std::string& email, std::string& data) {
      ++finished;
      if (std::this_thread::get_id() == here) ++at_home;
      return sign(email, data);
    };
    const auto summary = bench.run(people(300));
    CHECK(summary.delivered == 300);
    CHECK(at_home == 0);
    CHECK(finished == static_cast<int>(bench.renderer.rendered));
    for (const auto& [email, message] : server.messages()) {
      CHECK(message == "Signature: " + email + "\r\nTo: " + email + "\r\n\r\n..hello");
    }
    for (const auto& e : bench.sink.events) {
      CHECK(e.size == static_cast<std::int64_t>(2 * e.email.size() + 29));
    }
  }
}

TEST_CASE("a message that cannot be finished holds its recipient back and nobody else") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.renderer.finish = [&](const std::string& email, std::string& data) -> Result<void> {
    if (email == "u5@example.com") return fail(ErrorCode::Io, "no ink");
    return sign(email, data);
  };
  const auto summary = bench.run(people(40));
  CHECK(summary.delivered == 39);
  CHECK(summary.held == 1);
  CHECK(bench.sink.story("u5@example.com") == "held");
  for (const auto& e : bench.sink.events) {
    if (e.email == "u5@example.com") CHECK(e.diagnostic == "no ink");
  }
  CHECK(server.accepted().count("u5@example.com") == 0);
  bench.renderer.finish = sign;
  CHECK(bench.run(people(40), true).delivered == 1);
}

TEST_CASE("one message that takes long to finish does not hold up the others") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.options.finishing_threads = 2;
  std::promise<void> others_done;
  auto done = others_done.get_future();
  bench.renderer.finish = [&](const std::string& email, std::string& data) {
    if (email == "u0@example.com") {
      CHECK(done.wait_for(60s) == std::future_status::ready);
    }
    return sign(email, data);
  };
  bench.sink.on_event = [&] {
    if (bench.sink.events.size() == 199) others_done.set_value();
  };
  CHECK(bench.run(people(200)).delivered == 200);
  CHECK(bench.sink.events.back().email == "u0@example.com");
}

TEST_CASE("a run that is stopped while messages are being finished repeats and loses nothing") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.options.finishing_threads = 2;
  std::promise<void> stopped;
  auto go_on = stopped.get_future();
  bench.renderer.finish = [&](const std::string& email, std::string& data) {
    if (email == "u1@example.com") {
      CHECK(go_on.wait_for(60s) == std::future_status::ready);
    }
    return sign(email, data);
  };
  bench.sink.on_event = [&] {
    if (bench.sink.events.size() != 20) return;
    bench.running->stop("enough");
    stopped.set_value();
  };
  const auto first = bench.run(people(1000));
  CHECK(first.stopped);
  CHECK(first.uncertain == 0);
  CHECK(first.delivered < 1000);
  CHECK(server.accepted().count("u1@example.com") == 0);
  bench.sink.on_event = nullptr;
  bench.renderer.finish = sign;
  const auto second = bench.run(people(1000), true);
  CHECK(second.delivered + second.already_done == 1000);
  for (const auto& [email, copies] : server.accepted()) CHECK(copies == 1);
}

}  // namespace

}  // namespace campaign_test
