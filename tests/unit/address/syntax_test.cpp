#include "address/syntax.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

using namespace hagaki;

namespace {

/// The rows of a table below tests/data/syntax; fields are parted by tabs.
std::vector<std::vector<std::string>> rows(const std::string& name) {
  std::ifstream in(std::string(HAGAKI_TEST_DATA) + "/syntax/" + name, std::ios::binary);
  REQUIRE(in);
  std::vector<std::vector<std::string>> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto& row = out.emplace_back();
    for (const auto field : split(line, '\t')) row.emplace_back(field);
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (text.substr(i, 2) == "\\x") {
      out += static_cast<char>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3]));
      i += 3;
    } else {
      out += text[++i];
    }
  }
  return out;
}

/// The letters of the modes that take the address: "sml"; "-" for none.
std::string taken_in(const std::string& address) {
  std::string out;
  if (read_address(address, Syntax::Strict)) out += 's';
  if (read_address(address, Syntax::Smtp)) out += 'm';
  if (read_address(address, Syntax::Loose)) out += 'l';
  return out.empty() ? "-" : out;
}

/// The modes that take a category of is_email's, where no exception stands against it.
std::string modes_of(std::string_view category) {
  if (category == "VALID_CATEGORY" || category == "DNSWARN" || category == "RFC5321") return "sml";
  if (category == "CFWS" || category == "DEPREC") return "l";
  CHECK_MESSAGE((category == "RFC5322" || category == "ERR"), std::string(category));
  return "-";
}

}  // namespace

TEST_CASE("the published cases of is_email, with every exception named") {
  std::map<std::string, std::string> exceptions;
  for (const auto& row : rows("isemail-exceptions.tsv")) {
    REQUIRE(row.size() == 3);
    CHECK_FALSE(row[2].empty());
    CHECK(exceptions.emplace(row[0], row[1]).second);
  }
  const auto cases = rows("isemail-3.04.tsv");
  CHECK(cases.size() == 164);
  for (const auto& row : cases) {
    REQUIRE(row.size() == 4);
    CAPTURE(row[0]);
    CAPTURE(row[2]);
    CAPTURE(row[3]);
    const auto usual = modes_of(row[1]);
    const auto exception = exceptions.find(row[0]);
    const auto got = taken_in(unescaped(row[3]));
    if (exception == exceptions.end()) {
      CHECK(got == usual);
    } else {
      CHECK(exception->second != usual);  // else it is none
      CHECK(got == exception->second);
      exceptions.erase(exception);
    }
  }
  CHECK(exceptions.empty());
}

TEST_CASE("our own cases, Japanese carriers among them") {
  const auto cases = rows("own.tsv");
  CHECK(cases.size() >= 60);
  for (const auto& row : cases) {
    REQUIRE(row.size() == 3);
    CAPTURE(row[1]);
    CAPTURE(row[2]);
    CHECK(taken_in(unescaped(row[1])) == row[0]);
  }
}

TEST_CASE("obsolete forms written anew") {
  struct Case {
    const char* spec;
    const char* want;
  };
  const Case cases[] = {
      {"taro@example.jp (work)", "taro@example.jp"},
      {"(a (nested) one) taro@example.jp", "taro@example.jp"},
      {"taro (a \\) one) @ example . jp", "taro@example.jp"},
      {"\"taro\".yamada@example.jp", "taro.yamada@example.jp"},
      {"\"y a\" . \"m\"@example.jp", "\"y a.m\"@example.jp"},
      {"\"a\\\"b\".c@example.jp", "\"a\\\"b.c\"@example.jp"},
      {"a@(x)[192.0.2.1]", "a@[192.0.2.1]"},
      {"a@\r\n b.jp", "a@b.jp"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.spec);
    const auto got = read_address(c.spec, Syntax::Loose);
    REQUIRE_MESSAGE(got, (got ? "" : got.error().text()));
    CHECK(got->obsolete);
    CHECK(got->address.text() == c.want);
  }
  CHECK_FALSE(
      read_address(std::string(100, '(') + "x" + std::string(100, ')') + "a@b.jp", Syntax::Loose));
  CHECK_FALSE(read_address(" a@b.jp ", Syntax::Smtp)->obsolete);
  CHECK(syntax_named("loose") == Syntax::Loose);
  CHECK_FALSE(syntax_named("Loose"));
}
