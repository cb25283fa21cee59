#include "records/event.h"

#include <doctest/doctest.h>

#include <sstream>

#include "records/reader.h"

namespace event_test {

using namespace hagaki;
using namespace hagaki::records;

namespace {

/// Reads one line and tells what became of it: "what email", "none", or the error.
std::string read(const std::string& text) {
  std::istringstream in(text);
  Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); }, {.require_email = false});
  const auto* line = reader.next();
  REQUIRE(line);
  const auto event = read_event(*line);
  if (!event) return event.error().text();
  if (!*event) return "none";
  constexpr const char* kWhat[] = {"delivered", "failed",   "undecided", "bounced",    "confirmed",
                                   "report",    "feedback", "vacation",  "unsubscribe"};
  std::string out = kWhat[static_cast<int>((*event)->what)];
  out.append(" ").append((*event)->email);
  if ((*event)->time) out.append(" ").append(format_rfc3339(*(*event)->time));
  return out;
}

}  // namespace

TEST_CASE("what a line tells") {
  struct Case {
    std::string name;
    std::string line;
    std::string want;
  };
  const Case cases[] = {
      {"delivered", R"({"type":"delivery","event":"delivered","email":"a@b.example"})",
       "delivered a@b.example"},
      {"failed", R"({"type":"delivery","event":"failed","email":" a@b.example "})",
       "failed a@b.example"},
      {"deferred", R"({"type":"delivery","event":"deferred","email":"a@b.example"})",
       "undecided a@b.example"},
      {"uncertain", R"({"type":"delivery","event":"uncertain","email":"a@b.example"})",
       "undecided a@b.example"},
      {"bounced", R"({"type":"bounce","action":"failed","email":"a@b.example"})",
       "bounced a@b.example"},
      {"delayed", R"({"type":"bounce","action":"delayed","email":"a@b.example"})",
       "report a@b.example"},
      {"relayed", R"({"type":"bounce","action":"relayed","email":"a@b.example"})",
       "report a@b.example"},
      {"confirmed", R"({"type":"bounce","action":"delivered","email":"a@b.example"})",
       "confirmed a@b.example"},
      {"feedback", R"({"type":"feedback","feedback_type":"abuse","email":"a@b.example"})",
       "feedback a@b.example"},
      {"vacation", R"({"type":"vacation","email":"a@b.example"})", "vacation a@b.example"},
      {"unsubscribe", R"({"type":"unsubscribe","email":"a@b.example"})", "unsubscribe a@b.example"},
      {"time of another zone",
       R"({"type":"vacation","email":"a@b.example","time":"2026-11-21T09:00:00+09:00"})",
       "vacation a@b.example 2026-11-21T00:00:00.000Z"},
      {"no time", R"({"type":"vacation","email":"a@b.example","time":null})",
       "vacation a@b.example"},
      {"complaint about nobody", R"({"type":"feedback","feedback_type":"abuse"})", "none"},
      {"listing", R"({"type":"listing","query":"192.0.2.1"})", "none"},
      {"notice", R"({"type":"notice","event":"blocked","provider":"google"})", "none"},
      {"pruned", R"({"type":"pruned","email":"a@b.example"})", "none"},
      {"recipient", R"({"email":"a@b.example"})", "a recipient, not an event"},
      {"unknown type", R"({"type":"x\u001b[2J","email":"a@b.example"})",
       R"(unknown type "x\x1b[2J")"},
      {"unknown event", R"({"type":"delivery","event":"lost","email":"a@b.example"})",
       R"(unknown event "lost")"},
      {"no action", R"({"type":"bounce","email":"a@b.example"})", R"(bounce has no "action")"},
      {"delivery to nobody", R"({"type":"delivery","event":"failed"})", R"(no "email")"},
      {"email is a number", R"({"type":"unsubscribe","email":7})", R"(no "email")"},
      {"time is no time", R"({"type":"vacation","email":"a@b.example","time":12})",
       R"("time" is not RFC 3339: 12)"},
      {"newer version", R"({"type":"vacation","v":2,"email":"a@b.example"})",
       "record version 2 is newer than this program"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(read(c.line) == c.want);
  }
}

TEST_CASE("evidence is cut, never inside a character") {
  std::string diagnostic;
  for (int i = 0; i < 200; ++i) diagnostic += "山";
  std::istringstream in(
      R"({"type":"bounce","action":"failed","email":"a@b.example","diagnostic":")" + diagnostic +
      "\"}");
  Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); });
  const auto* line = reader.next();
  REQUIRE(line);
  CHECK(evidence(*line, "log:1") == R"({"type":"bounce","action":"failed","diagnostic":")" +
                                        diagnostic.substr(0, 300) + R"(","where":"log:1"})");
}

}  // namespace event_test
