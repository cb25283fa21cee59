#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "harvest/find_addresses.h"
#include "harvest/page.h"

namespace hagaki::harvest {
namespace {

struct Case {
  std::string file;
  std::string title;
  bool html = false;
  bool no_ads = false;
  std::vector<std::string> wanted;
  std::string text;
};

/// "\xNN" and "{1000*ab}" as what they stand for.
std::string expanded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\x") && i + 3 < text.size()) {
      out += static_cast<char>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3]));
      i += 3;
      continue;
    }
    const auto star = text.find('*', i);
    const auto times = text[i] == '{' && star != std::string_view::npos
                           ? parse_unsigned(text.substr(i + 1, star - i - 1), 10'000'000)
                           : std::nullopt;
    const auto end = times ? text.find('}', star) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i];
      continue;
    }
    for (std::uint64_t n = 0; n < *times; ++n) out += text.substr(star + 1, end - star - 1);
    i = end;
  }
  return out;
}

/// The words of a "--" line; a quoted local part holds blanks.
std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  bool quoted = false;
  std::string word;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      if (!word.empty()) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

std::vector<Case> read_cases() {
  std::vector<Case> out;
  for (const char* name : {"english.txt", "japanese.txt", "hostile.txt"}) {
    std::ifstream in(std::string(HAGAKI_TEST_DATA "/harvest/extraction/") + name);
    REQUIRE(in.good());
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("== ")) {
        auto& c = out.emplace_back();
        c.file = name;
        c.html = line.starts_with("== html ");
        c.title = line.substr(8);
      } else if (line.starts_with("--") && !out.empty() && out.back().text.empty()) {
        out.back().wanted = words(std::string_view(line).substr(2));
        std::erase_if(out.back().wanted, [&](const std::string& word) {
          out.back().no_ads = out.back().no_ads || word == "no-ads";
          return word == "no-ads";
        });
      } else if (!out.empty()) {
        out.back().text += (name == std::string("hostile.txt") ? expanded(line) : line) + "\n";
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("whom texts and pages name: recall and precision") {
  const auto notices = NoAdsNotices::builtin();
  REQUIRE(notices);
  const auto cases = read_cases();
  CHECK(cases.size() >= 180);
  std::size_t wanted = 0;
  std::size_t found = 0;
  std::size_t right = 0;
  for (const auto& c : cases) {
    std::vector<std::string> got;
    bool no_ads = false;
    if (c.html) {
      const auto page = read_page(c.text, *notices);
      CHECK_MESSAGE(page.has_value() == (c.title.find(": refused") == std::string::npos), c.title);
      for (const auto& address : page ? page->addresses : std::vector<PageAddress>()) {
        got.push_back(address.email);
        no_ads = address.no_ads_notice;
      }
    } else {
      got = find_addresses(c.text);
      for (auto& email : find_resigned_addresses(c.text)) got.push_back(std::move(email));
      no_ads = !got.empty() && notices->stands_in(c.text);
    }
    if (no_ads) got.emplace_back("no-ads");
    auto want = c.wanted;
    if (c.no_ads) want.emplace_back("no-ads");
    std::sort(got.begin(), got.end());
    std::sort(want.begin(), want.end());
    std::vector<std::string> both;
    std::set_intersection(got.begin(), got.end(), want.begin(), want.end(),
                          std::back_inserter(both));
    wanted += want.size();
    found += got.size();
    right += both.size();
    if (got != want) {
      std::printf("%s: %s: want %s, got %s\n", c.file.c_str(), c.title.c_str(),
                  fmt::format("{}", fmt::join(want, " ")).c_str(),
                  fmt::format("{:.200}", fmt::format("{}", fmt::join(got, " "))).c_str());
    }
  }
  const double recall = static_cast<double>(right) / static_cast<double>(wanted);
  const double precision = static_cast<double>(right) / static_cast<double>(found);
  std::printf("%zu texts and pages, %zu wanted: recall %.1f %%, precision %.1f %%\n", cases.size(),
              wanted, recall * 100, precision * 100);
  CHECK(recall >= 0.99);
  CHECK(precision >= 0.99);
}

}  // namespace hagaki::harvest
