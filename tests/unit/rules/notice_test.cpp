#include "rules/notice.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace notice_test {

using namespace hagaki;
using namespace hagaki::rules;
using records::Notice;

namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-22T10:00:00.000Z");

Hold a_hold(HoldKind kind) {
  Hold hold;
  hold.kind = kind;
  hold.since = kNow;
  hold.until = kNow + cool_down(kind, 1);
  hold.evidence = {10,      5,         kNow - std::chrono::minutes(1),          kNow, 550,
                   "5.7.1", "blocked", "blocked using\nzen.spamhaus.org\x1b[2J"};
  return hold;
}

}  // namespace

TEST_CASE("notice: a hold says why, until when and where to ask") {
  const NoticeWriter writer("spring", "en");
  const auto notice = writer.held("example.jp", a_hold(HoldKind::Blocked));
  CHECK(notice.event == Notice::Event::Blocked);
  CHECK(notice.campaign == "spring");
  CHECK(notice.against == 10);
  CHECK(notice.answers == 15);
  CHECK(notice.delist_url == "https://check.spamhaus.org/");
  CHECK(notice_line(notice) ==
        "example.jp refuses us, so its mail is held until 2026-11-22T16:00:00.000Z (10 of 15 "
        "answers): 550 5.7.1 blocked using zen.spamhaus.org\\x1b[2J; see "
        "https://check.spamhaus.org/");
  CHECK(writer.held("example.jp", a_hold(HoldKind::Flood)).event == Notice::Event::Flood);
  CHECK(writer.held("example.jp", a_hold(HoldKind::Content)).event == Notice::Event::Content);
}

TEST_CASE("notice: mail that takes another way is not called held") {
  for (const char* language : {"en", "ja"}) {
    CAPTURE(language);
    const NoticeWriter writer("spring", language);
    const auto plain = writer.held("google", a_hold(HoldKind::Blocked));
    const auto notice = writer.held("google", a_hold(HoldKind::Blocked), "spare");
    CHECK(notice_line(notice).starts_with(
        "google refuses us, so its mail goes on through relay spare until 2026-11-22T16:00"));
    CHECK(records::to_record(notice).find(R"("relay":"spare","cause":)") != std::string::npos);
    CHECK(notice.remedy.size() > 20);
    CHECK(notice.remedy != plain.remedy);
    CHECK(notice_line(writer.held("google from 192.0.2.1", a_hold(HoldKind::Blocked), "spare"))
              .starts_with("google refuses 192.0.2.1, so its mail from there goes on through "));
    // Another way would not mend these.
    for (const auto kind : {HoldKind::Flood, HoldKind::Content}) {
      const auto held = writer.held("google", a_hold(kind), "spare");
      CHECK(held.relay.empty());
      CHECK(notice_line(held).find("held until") != std::string::npos);
    }
  }
}

TEST_CASE("notice: of one address among several") {
  const NoticeWriter writer("spring", "en");
  const auto held = writer.held("google from 2001:db8::1", a_hold(HoldKind::Blocked));
  CHECK(held.provider == "google");
  CHECK(held.source_ip == "2001:db8::1");
  CHECK(notice_line(held).starts_with(
      "google refuses 2001:db8::1, so its mail from there is held until 2026-11-22T16:00"));
  CHECK(records::to_record(held).find(R"("provider":"google","source_ip":"2001:db8::1",)") !=
        std::string::npos);
  Observation seen;
  seen.at.time = kNow;
  CHECK(notice_line(writer.slowed("yahoo from 192.0.2.1", seen)) ==
        "yahoo asks for less mail at once from 192.0.2.1: sending more slowly from there");
  CHECK(notice_line(writer.released("yahoo from 192.0.2.1", kNow)) ==
        "yahoo is no longer held from 192.0.2.1: sending carefully");
}

TEST_CASE("notice: the others") {
  const NoticeWriter writer("spring", "en");
  Observation seen;
  seen.at.time = kNow;
  seen.code = 421;
  seen.status = "4.7.0";
  seen.reason = "speeding";
  seen.text = "[TSS04] later";
  CHECK(notice_line(writer.slowed("yahoo", seen)) ==
        "yahoo asks for less mail at once: sending more slowly: 421 4.7.0 [TSS04] later");
  CHECK(notice_line(writer.released("yahoo", kNow)) ==
        "yahoo is no longer held: sending carefully");
  BounceWatch bounces(BounceLimit{});
  for (int i = 0; i < 30; ++i) bounces.count("example.jp", i < 24, "no such user");
  for (int i = 0; i < 2; ++i) bounces.count("example.com", true, "gone");
  const auto stopped = writer.stopped(bounces, kNow);
  CHECK(stopped.provider.empty());
  CHECK(notice_line(stopped) ==
        "too many dead addresses: stopping (26 of 32 recipients): 24 of 30 at "
        "example.jp (no such user), 2 of 2 at example.com (gone)");
}

TEST_CASE("notice: every event has its texts in both languages") {
  BounceWatch bounces(BounceLimit{});
  for (const char* language : {"en", "ja", "xx"}) {
    CAPTURE(language);
    const NoticeWriter writer("spring", language);
    const Notice notices[] = {writer.held("a", a_hold(HoldKind::Blocked)),
                              writer.held("a", a_hold(HoldKind::Flood)),
                              writer.held("a", a_hold(HoldKind::Content)),
                              writer.slowed("a", {}),
                              writer.released("a", kNow),
                              writer.stopped(bounces, kNow)};
    for (const auto& notice : notices) {
      CAPTURE(records::event_name(notice.event));
      const bool japanese = std::string_view(language) == "ja";
      CHECK(notice.cause.size() > 20);
      CHECK(notice.remedy.size() > 20);
      CHECK(is_ascii(notice.cause) != japanese);
      CHECK(is_ascii(notice.remedy) != japanese);
    }
  }
}

}  // namespace notice_test
