#include "records/delivery_event.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace delivery_event_test {

namespace {

using hagaki::parse_rfc3339;
using hagaki::records::delivery_event;
using hagaki::records::DeliveryEvent;
using hagaki::records::to_record;

DeliveryEvent full() {
  DeliveryEvent e;
  e.kind = DeliveryEvent::Kind::Deferred;
  e.campaign = "spring";
  e.email = "a@b.example";
  e.time = *parse_rfc3339("2026-11-21T17:30:55.123Z");
  e.attempt = 2;
  e.message_id = "x@y";
  e.envelope_sender = "b+a=b.example@s.example";
  e.mx = "mx.b.example";
  e.remote_ip = "192.0.2.1";
  e.source_ip = "192.0.2.2";
  e.tls = "verified";
  e.tls_policy = "mta-sts";
  e.tls_failure = "validation-failure";
  e.phase = "rcpt";
  e.code = 451;
  e.status = "4.7.1";
  e.diagnostic = "greylisted";
  e.reason = "greylisting";
  e.hard = false;
  e.said_by = "remote";
  e.size = 2048;
  e.elapsed_ms = 12;
  e.retry_at = *parse_rfc3339("2026-11-21T17:35:55.123Z");
  e.consent = R"({"basis":"written","evidence":"cards","asserted":true})";
  return e;
}

TEST_CASE("a delivery record has its fields in order") {
  CHECK(
      to_record(full()) ==
      R"({"type":"delivery","v":1,"event":"deferred","campaign":"spring","email":"a@b.example",)"
      R"("time":"2026-11-21T17:30:55.123Z","attempt":2,"message_id":"x@y",)"
      R"("envelope_sender":"b+a=b.example@s.example","mx":"mx.b.example","remote_ip":"192.0.2.1",)"
      R"("source_ip":"192.0.2.2","tls":"verified","tls_policy":"mta-sts",)"
      R"("tls_failure":"validation-failure","phase":"rcpt","code":451,"status":"4.7.1",)"
      R"("diagnostic":"greylisted","reason":"greylisting","hard":false,"said_by":"remote",)"
      R"("size":2048,"elapsed_ms":12,"retry_at":"2026-11-21T17:35:55.123Z",)"
      R"("consent":{"basis":"written","evidence":"cards","asserted":true}})");
}

TEST_CASE("what is unknown is absent") {
  DeliveryEvent e;
  e.kind = DeliveryEvent::Kind::Skipped;
  e.email = "a@b.example";
  e.time = *parse_rfc3339("2026-11-21T17:30:55.123Z");
  CHECK(to_record(e) == R"({"type":"delivery","v":1,"event":"skipped","email":"a@b.example",)"
                        R"("time":"2026-11-21T17:30:55.123Z"})");
}

TEST_CASE("diagnostics cannot break the record") {
  struct Case {
    const char* name;
    std::string input;
    std::string want;
  };
  const Case cases[] = {
      {"lines become one", "a\nb\r\nc", "a b c"},
      {"quotes and backslashes", R"(say "no" \ never)", R"(say "no" \ never)"},
      {"control bytes", "a\x01\x1b[2Jb", "a\x01\x1b[2Jb"},
      {"not UTF-8", "caf\xe9!", "caf\xEF\xBF\xBD!"},
      {"Japanese", "宛先不明", "宛先不明"},
      {"long", std::string(5000, 'x'), std::string(hagaki::limits::kDiagnostic, 'x')},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    DeliveryEvent e = full();
    e.diagnostic = c.input;
    const auto record = to_record(e);
    CHECK(record.find('\n') == std::string::npos);
    const auto back = delivery_event(record);
    REQUIRE(back);
    CHECK(back->diagnostic == c.want);
    CHECK(back->reason == "greylisting");
  }
}

TEST_CASE("a record read is the record written") {
  const auto record = to_record(full());
  const auto event = delivery_event(record);
  REQUIRE(event);
  CHECK(to_record(*event) == record);
  for (const char* bad : {"", "{}", "[]", R"({"type":"bounce","event":"failed"})",
                          R"({"type":"delivery","event":"sent","time":"2026-11-21T17:30:55.123Z"})",
                          R"({"type":"delivery","event":"failed","time":"today"})"}) {
    CAPTURE(bad);
    CHECK(!delivery_event(bad));
  }
}

}  // namespace

}  // namespace delivery_event_test
