#include "harvest/sniff.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {

TEST_CASE("kinds of lists") {
  struct Case {
    const char* name;
    const char* file;
    const char* first;
    const char* second;
    const char* want;
  };
  const Case cases[] = {
      {"by name", "a.CSV", "anything", "", "csv"},
      {"by name, tabs", "a.tsv", "anything", "", "csv"},
      {"JSON by name", "a.jsonl", "", "", "jsonl"},
      {"JSON by content", "stdin", "{\"email\":\"a@b.example\"}", "", "jsonl"},
      {"a header", "stdin", "氏名,メールアドレス", "山田,a@b.example", "csv"},
      {"a header of one column", "a.txt", "email", "a@b.example", "csv"},
      {"a header alone", "stdin", "name;e-mail", "", "csv"},
      {"quoted header", "stdin", "\"name\",\"email\"", "\"x\",\"a@b.example\"", "csv"},
      {"no header", "stdin", "山田,a@b.example", "佐藤,c@b.example", "csv"},
      {"an unknown header over records", "stdin", "連絡先,備考", "a@b.example,x", "csv"},
      {"addresses", "stdin", "a@b.example", "c@b.example", "text"},
      {"addresses in a row", "stdin", "a@b.example,c@b.example", "", "text"},
      {"a letter", "a.txt", "Hello, world", "write to a@b.example", "text"},
      {"a word that is a header by chance", "a.txt", "Mail", "Hello, a@b.example writes", "text"},
      {"nothing", "a.txt", "", "", "text"},
  };
  const auto names = ColumnNames::builtin();
  REQUIRE(names);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(kind_name(sniff_kind(c.file, c.first, c.second, *names)) == c.want);
  }
}

}  // namespace hagaki::harvest
