#include "tlspolicy/sts_policy.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::tlspolicy {
namespace {

std::string show(const Result<StsPolicy>& policy) {
  if (!policy) return "error: " + policy.error().message;
  std::string out(sts_mode_name(policy->mode));
  out += ' ' + std::to_string(policy->max_age.count());
  for (const auto& pattern : policy->mx) out += ' ' + pattern;
  return out;
}

}  // namespace

TEST_CASE("policies") {
  const std::string many(70'000, 'x');
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  const Case cases[] = {
      {"the example of RFC 8461",
       "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
       "mx: backupmx.example.com\r\nmax_age: 604800\r\n",
       "enforce 604800 mail.example.com *.example.net backupmx.example.com"},
      {"LF alone, no last line end", "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 1",
       "testing 1 a.b"},
      {"any order, no blanks", "max_age:86400\nmx:A.Example.\nmode:enforce\nversion:STSv1\n",
       "enforce 86400 a.example"},
      {"none needs no mx", "version: STSv1\nmode: none\nmax_age: 86400\n", "none 86400"},
      {"the first of two counts, but of mx all",
       "version: STSv1\nmode: testing\nmode: enforce\nmx: a.b\nmx: c.d\nmax_age: 5\nmax_age: x\n",
       "testing 5 a.b c.d"},
      {"unknown fields", "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 5\nfuture: yes: 1\n",
       "testing 5 a.b"},
      {"an unknown field with a name of 32 characters",
       "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 5\n1_-." + std::string(28, 'x') + ": y\n",
       "testing 5 a.b"},
      {"one character more",
       "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 5\n1_-." + std::string(29, 'x') + ": y\n",
       "error: a line is no field: \"1_-.xxxxxxxxxxxxxxxxxxxxxxxxxxxxx: y\""},
      {"a name that begins with a dot",
       "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 5\n.x: y\n",
       "error: a line is no field: \".x: y\""},
      {"more than a year is a year",
       "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 9999999999\n", "testing 31557600 a.b"},
      {"0 is a time", "version: STSv1\nmode: testing\nmx: a.b\nmax_age: 0\n", "testing 0 a.b"},
      {"blank lines", "version: STSv1\n\nmode: testing\nmx: a.b\n \nmax_age: 5\n\n",
       "testing 5 a.b"},
      {"a later version", "version: STSv2\nmode: testing\nmx: a.b\nmax_age: 5\n",
       "error: the version is not STSv1: \"STSv2\""},
      {"no version", "mode: testing\nmx: a.b\nmax_age: 5\n", "error: the policy has no version"},
      {"no mode", "version: STSv1\nmx: a.b\nmax_age: 5\n", "error: the policy has no mode"},
      {"a mode in capitals", "version: STSv1\nmode: ENFORCE\nmx: a.b\nmax_age: 5\n",
       "error: the mode is none of enforce, testing and none: \"ENFORCE\""},
      {"no max_age", "version: STSv1\nmode: none\n", "error: the policy has no max_age"},
      {"a negative max_age", "version: STSv1\nmode: none\nmax_age: -1\n",
       "error: max_age is no number of seconds: \"-1\""},
      {"a max_age of eleven digits", "version: STSv1\nmode: none\nmax_age: 10000000000\n",
       "error: max_age is no number of seconds: \"10000000000\""},
      {"no mx", "version: STSv1\nmode: enforce\nmax_age: 5\n", "error: the policy names no mx"},
      {"everything matches", "version: STSv1\nmode: enforce\nmx: *\nmax_age: 5\n",
       "error: mx is no pattern of a host: \"*\""},
      {"a star alone", "version: STSv1\nmode: enforce\nmx: *.\nmax_age: 5\n",
       "error: mx is no pattern of a host: \"*.\""},
      {"two stars", "version: STSv1\nmode: enforce\nmx: *.*.example.com\nmax_age: 5\n",
       "error: mx is no pattern of a host: \"*.*.example.com\""},
      {"a star inside", "version: STSv1\nmode: enforce\nmx: mx*.example.com\nmax_age: 5\n",
       "error: mx is no pattern of a host: \"mx*.example.com\""},
      {"two names in one", "version: STSv1\nmode: enforce\nmx: a.example b.example\nmax_age: 5\n",
       "error: mx is no pattern of a host: \"a.example b.example\""},
      {"a web page", "<!DOCTYPE html>\n<html>\n", "error: a line is no field: \"<!DOCTYPE html>\""},
      {"an escape sequence", "version: STSv1\nmode: \x1b[31m\n",
       "error: the mode is none of enforce, testing and none: \"\\x1b[31m\""},
      {"NUL", std::string("version: STSv1\0\nmode: none\nmax_age: 5\n", 38),
       "error: the version is not STSv1: \"STSv1\\x00\""},
      {"nothing", "", "error: the policy has no version"},
      {"too large", "version: STSv1\nmode: none\nmax_age: 5\nx: " + many,
       "error: the policy is larger than 64 KiB"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(show(parse_sts_policy(c.text)) == c.want);
  }
}

TEST_CASE("mail hosts that a policy names") {
  struct Case {
    const char* name;
    const char* pattern;
    const char* host;
    bool want;
  };
  const Case cases[] = {
      {"the same name", "mail.example.com", "mail.example.com", true},
      {"another name", "mail.example.com", "mail.example.net", false},
      {"one label", "*.example.com", "mail.example.com", true},
      {"two labels", "*.example.com", "a.mail.example.com", false},
      {"no label", "*.example.com", "example.com", false},
      {"an empty label", "*.example.com", ".example.com", false},
      {"a name that ends alike", "*.example.com", "mail.badexample.com", false},
      {"below the name", "example.com", "mail.example.com", false},
      {"nothing", "*.example.com", "", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(sts_mx_matches(c.pattern, c.host) == c.want);
  }
  const StsPolicy policy{StsMode::Enforce, {"mail.example.com", "*.example.net"}, {}};
  CHECK(policy.names("mx1.example.net"));
  CHECK(policy.names("mail.example.com"));
  CHECK_FALSE(policy.names("mx.example.com"));
  CHECK_FALSE(StsPolicy{}.names("mx.example.com"));
}

}  // namespace hagaki::tlspolicy
