#include "records/notice_record.h"

#include <doctest/doctest.h>

#include "base/limits.h"

namespace notice_record_test {

using namespace hagaki;
using namespace hagaki::records;

TEST_CASE("notice record: its fields in order") {
  Notice notice;
  notice.event = Notice::Event::Flood;
  notice.campaign = "spring";
  notice.provider = "google";
  notice.time = *parse_rfc3339("2026-11-22T10:00:00.000Z");
  notice.since = *parse_rfc3339("2026-11-22T09:59:00.000Z");
  notice.against = 20;
  notice.answers = 23;
  notice.code = 550;
  notice.status = "5.1.1";
  notice.diagnostic = "no such\r\nuser";
  notice.reason = "userunknown";
  notice.delist_url = "https://example.com/";
  notice.until = *parse_rfc3339("2026-11-23T10:00:00.000Z");
  notice.relay = "spare";
  notice.cause = "c";
  notice.remedy = "r";
  CHECK(to_record(notice) ==
        R"({"type":"notice","v":1,"event":"flood","campaign":"spring","provider":"google",)"
        R"("time":"2026-11-22T10:00:00.000Z","since":"2026-11-22T09:59:00.000Z","against":20,)"
        R"("answers":23,"code":550,"status":"5.1.1","diagnostic":"no such user",)"
        R"("reason":"userunknown","delist_url":"https://example.com/",)"
        R"("until":"2026-11-23T10:00:00.000Z","relay":"spare","cause":"c","remedy":"r"})");
}

TEST_CASE("notice record: what is unknown is absent, what is long is cut") {
  Notice notice;
  notice.event = Notice::Event::Released;
  notice.time = *parse_rfc3339("2026-11-22T10:00:00.000Z");
  CHECK(to_record(notice) ==
        R"({"type":"notice","v":1,"event":"released","time":"2026-11-22T10:00:00.000Z"})");
  notice.diagnostic = std::string(5'000, 'x');
  CHECK(to_record(notice).find(std::string(limits::kDiagnostic, 'x') + "\"") != std::string::npos);
}

}  // namespace notice_record_test
