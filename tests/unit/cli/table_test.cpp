#include <doctest/doctest.h>

#include "cli/table.h"

using hagaki::cli::Table;

TEST_CASE("table: aligns by display width and cuts the widest column") {
  Table table({{"who", Table::Align::Left, 4}, {"n", Table::Align::Right, 1}});
  table.row({"山田太郎", "5"});
  table.row({"ab", "12"});
  CHECK(table.text(80, false) == "who        n\n山田太郎   5\nab        12\n");
  CHECK(table.text(9, false) == "who     n\n山田…   5\nab     12\n");
}

TEST_CASE("table: remote text cannot move the cursor, colour is only ours") {
  Table table({{"a"}});
  table.row({"\x1b[2J"}, "31");
  CHECK(table.text(80, false) == "a\n\\x1b[2J\n");
  CHECK(table.text(80, true) == "\x1b[1ma\x1b[0m\n\x1b[31m\\x1b[2J\x1b[0m\n");
}
