#include "rules/watched.h"

#include <doctest/doctest.h>

namespace watched_test {

using namespace hagaki::rules;

TEST_CASE("the name of what is watched, and its parts") {
  struct Case {
    Watched watched;
    const char* name;
  };
  for (const Case& c : {Case{{"google", ""}, "google"},
                        {{"example.jp", "192.0.2.1"}, "example.jp from 192.0.2.1"},
                        {{"google", "2001:db8::1"}, "google from 2001:db8::1"},
                        {{"", ""}, ""}}) {
    CAPTURE(c.name);
    CHECK(watched_name(c.watched) == c.name);
    const std::string name = c.name;
    const auto parts = parse_watched(name);
    CHECK(parts.receiver == c.watched.receiver);
    CHECK(parts.source == c.watched.source);
  }
}

TEST_CASE("whom an answer concerns") {
  struct Case {
    ReplySense sense;
    bool source;
    bool all;
  };
  for (const Case& c : {Case{ReplySense::Nothing, true, false},
                        {ReplySense::Accepted, true, true},
                        {ReplySense::Unknown, false, true},
                        {ReplySense::TooFast, true, false},
                        {ReplySense::TooMany, true, false},
                        {ReplySense::Perhaps, true, false},
                        {ReplySense::PutOff, true, false},
                        {ReplySense::Refused, true, false},
                        {ReplySense::Unwanted, false, true},
                        {ReplySense::Content, false, true}}) {
    CAPTURE(static_cast<int>(c.sense));
    CHECK(concerns_source(c.sense) == c.source);
    CHECK(concerns_all(c.sense) == c.all);
  }
}

}  // namespace watched_test
