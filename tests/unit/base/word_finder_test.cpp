#include "base/word_finder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace hagaki;

namespace {

using Hits = std::vector<std::pair<std::uint32_t, std::size_t>>;

Hits find(const std::vector<std::string>& words, const std::string& text,
          WordFinder::Compare compare = WordFinder::Compare::Exact) {
  WordFinder finder(compare);
  for (std::uint32_t i = 0; i < words.size(); ++i) finder.add(words[i], i);
  finder.build();
  Hits hits;
  std::size_t begun = 0;  // hits come in the order in which their words begin
  finder.find(text, [&](std::uint32_t number, std::size_t end) {
    CHECK(end - words[number].size() >= begun);
    begun = end - words[number].size();
    hits.emplace_back(number, end);
  });
  std::sort(hits.begin(), hits.end());
  return hits;
}

/// The same by looking for each word at each place.
Hits find_slowly(const std::vector<std::string>& words, const std::string& text) {
  Hits hits;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    for (std::size_t length = end; length > 0; --length) {
      for (std::uint32_t i = 0; i < words.size(); ++i) {
        if (text.substr(end - length, length) == words[i]) hits.emplace_back(i, end);
      }
    }
  }
  std::sort(hits.begin(), hits.end());
  return hits;
}

}  // namespace

TEST_CASE("words are found where they stand") {
  struct Case {
    const char* name;
    std::vector<std::string> words;
    std::string text;
    Hits want;
  };
  const Case cases[] = {
      {"no words", {}, "text", {}},
      {"empty words", {"", ""}, "text", {}},
      {"empty text", {"a"}, "", {}},
      {"one word twice", {"ab"}, "abab", {{0, 2}, {0, 4}}},
      {"overlapping", {"aa"}, "aaa", {{0, 2}, {0, 3}}},
      {"ending together", {"c", "abc", "bc"}, "abc", {{0, 3}, {1, 3}, {2, 3}}},
      {"equal words", {"ab", "x", "ab"}, "ab", {{0, 2}, {2, 2}}},
      {"a suffix deep inside", {"abcde", "cd"}, "abcdx", {{1, 4}}},
      {"of all lengths at one place",
       {"a", "ab", "abc", "abcd", "abcde", "abcdef"},
       "abcdef",
       {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}}},
      {"short words at the end", {"c", "bc", "abc"}, "xabc", {{0, 4}, {1, 4}, {2, 4}}},
      {"longer than the text", {"abcd", "abc"}, "ab", {}},
      {"on after a failure", {"abcx", "bcy"}, "abcy", {{1, 4}}},
      {"UTF-8", {"容量", "量"}, "容量", {{0, 6}, {1, 6}}},
      {"bytes of any value", {std::string("\0\xff", 2)}, std::string("a\0\xff", 3), {{0, 3}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(find(c.words, c.text) == c.want);
  }
}

TEST_CASE("words without regard to case") {
  const std::vector<std::string> words = {"rcpt to", "[data]", "to"};
  const auto caseless = WordFinder::Compare::Caseless;
  CHECK(find(words, "RCPT To [Data]", caseless) == Hits{{0, 7}, {1, 14}, {2, 7}});
  // '[' and '{', '@' and '`' differ by the same bit as letters do.
  CHECK(find(words, "{data} {DATA}", caseless).empty());
}

TEST_CASE("words that are made lower case as they are added") {
  WordFinder finder;
  finder.add("As It Is", 0);
  finder.add_lower("As It IS \xC3\x84", 1);
  finder.add_lower("", 2);
  finder.add_lower("is", 3);
  finder.build();
  Hits hits;
  finder.find("As It Is as it is \xC3\x84",
              [&](std::uint32_t number, std::size_t end) { hits.emplace_back(number, end); });
  CHECK(hits == Hits{{0, 8}, {1, 20}, {3, 17}});
}

TEST_CASE("random words in random texts") {
  std::mt19937 random(1);
  const auto string = [&](std::size_t most) {
    std::string s(random() % (most + 1), ' ');
    for (char& c : s) c = static_cast<char>('a' + random() % 3);
    return s;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> words(random() % 12);
    for (auto& word : words) word = string(7);
    const std::string text = string(60);
    CAPTURE(text);
    CHECK(find(words, text) == find_slowly(words, text));
  }
}
