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
  CHECK(contents.unread == "it has too many files in it");
  CHECK(read_archive(packed(Pack::Zip, {{"a", "#!/bin/sh"}})).members.front().begin == "#!/bin/sh");
}

TEST_CASE("a bomb is not blown up") {
  // 200 MB of zeros that look like an archive, so that all of it would be wanted.
  const std::string zeros = "\x1F\x8B" + std::string(40u << 20, '\0');
  const auto bomb = packed(Pack::Zip, {{"a.gz", zeros}, {"b.gz", zeros}, {"c.gz", zeros}});
  CHECK(bomb.size() < 1u << 20);
  const auto contents = read_archive(bomb);
  CHECK(contents.unread == "an archive in it is too large");
}

}  // namespace
}  // namespace hagaki::preflight
