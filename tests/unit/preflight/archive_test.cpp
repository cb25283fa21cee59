#include "preflight/archive.h"

#include <doctest/doctest.h>

#include "fixtures.h"

namespace hagaki::preflight {
namespace {

std::string told(const ArchiveContents& contents) {
  std::string out;
  for (const auto& member : contents.members) out += member.path + '\n';
  if (contents.encrypted) out += "encrypted\n";
  if (!contents.unread.empty()) out += "unread: " + contents.unread + '\n';
  return out;
}

ArchiveContents read_archive(std::string_view bytes) {
  ArchiveBudget budget;
  return preflight::read_archive(bytes, budget);
}

TEST_CASE("what an archive holds") {
  const auto inner = packed(Pack::TarGz, {{"d/b.txt", "x"}});
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 1002; ++i) many.emplace_back("f" + std::to_string(i), "x");
  struct Case {
    const char* name;
    std::string bytes;
    const char* want;
  };
  const Case cases[] = {
      {"zip", packed(Pack::Zip, {{"a.txt", "x"}, {"d/b.txt", "y"}}), "a.txt\nd/b.txt\n"},
      {"7z", packed(Pack::SevenZip, {{"a.txt", "x"}}), "a.txt\n"},
      {"one inside", packed(Pack::Zip, {{"i.tgz", inner}}), "i.tgz\ni.tgz/d/b.txt\n"},
      {"one inside that inside",
       packed(Pack::Zip, {{"z.zip", packed(Pack::Zip, {{"i.tgz", inner}})}}),
       "z.zip\nz.zip/i.tgz\nunread: archives are packed in archives in it\n"},
      {"names under a password", packed(Pack::Zip, {{"a.txt", "x"}}, "secret"),
       "a.txt\nencrypted\n"},
      {"an empty zip", packed(Pack::Zip, {}), ""},
      {"none", "PK\3\4 none", "unread: it cannot be read to its end\n"},
      {"nothing", "", "unread: it cannot be read\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(told(read_archive(c.bytes)) == c.want);
  }
  const auto contents = read_archive(packed(Pack::TarGz, many));
  CHECK(contents.members.size() == 1000);
  CHECK(contents.unread == "archives in this mail hold too many files");
  CHECK(read_archive(packed(Pack::Zip, {{"a", "#!/bin/sh"}})).members.front().begin == "#!/bin/sh");
}

TEST_CASE("a bomb is not blown up") {
  // What looks like an archive would be wanted whole.
  const std::string archive = "\x1F\x8B" + std::string(40u << 20, '\0');
  // With a budget of 1 MB for all.
  const std::string zeros(3u << 20, '\0');
  const std::string half(600u << 10, '\0');
  struct Case {
    const char* name;
    std::string bytes;
    const char* want;
  };
  const Case cases[] = {
      // What follows the first file is never come to.
      {"compressed", packed(Pack::TarGz, {{"a", zeros}, {"b", "x"}}),
       "a\nunread: archives in this mail hold too much\n"},
      {"solid", packed(Pack::SevenZip, {{"a", half}, {"b", half}, {"c", "x"}}),
       "a\nb\nunread: archives in this mail hold too much\n"},
      {"zip", packed(Pack::Zip, {{"a", zeros}, {"b", "x"}}),
       "a\nunread: archives in this mail hold too much\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    ArchiveBudget budget{.octets = 1u << 20};
    CHECK(told(preflight::read_archive(c.bytes, budget)) == c.want);
  }
  const auto contents =
      read_archive(packed(Pack::Zip, {{"a.gz", archive}, {"b.gz", archive}, {"c.gz", archive}}));
  CHECK(contents.members.size() == 2);
  CHECK(contents.unread == "an archive in it is too large");
}

TEST_CASE("folders count, and one budget is for all archives") {
  std::vector<std::pair<std::string, std::string>> folders;
  for (int i = 0; i < 600; ++i) folders.emplace_back("d" + std::to_string(i) + "/", "");
  const auto bytes = packed(Pack::TarGz, folders);
  ArchiveBudget budget;
  CHECK(told(preflight::read_archive(bytes, budget)).empty());
  CHECK(budget.entries == 400);
  CHECK(preflight::read_archive(bytes, budget).unread ==
        "archives in this mail hold too many files");
  const auto large = packed(Pack::TarGz, {{"a", std::string(40u << 20, '\0')}});
  budget = {};
  CHECK(preflight::read_archive(large, budget).unread.empty());
  CHECK(preflight::read_archive(large, budget).unread == "archives in this mail hold too much");
}

}  // namespace
}  // namespace hagaki::preflight
