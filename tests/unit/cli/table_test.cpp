#include <doctest/doctest.h>

#include "cli/progress.h"
#include "cli/table.h"

using hagaki::cli::Table;

TEST_CASE("table: aligns by display width and cuts the widest column") {
  Table table({{"who", Table::Align::Left, 4}, {"n", Table::Align::Right, 1}});
  table.row({"山田太郎", "5"});
  table.row({"ab", "12"});
  CHECK(table.text(80, false) == "who        n\n山田太郎   5\nab        12\n");
  CHECK(table.text(9, false) == "who     n\n山田…   5\nab     12\n");
}

TEST_CASE("table: a column that is cut last keeps its width while another can give way") {
  Table table({{"who", Table::Align::Left, 4, true}, {"name", Table::Align::Left, 4}});
  table.row({"a.long.address@shop.example", "山田太郎様"});
  CHECK(table.text(80, false) ==
        "who                          name\na.long.address@shop.example  山田太郎様\n");
  CHECK(table.text(33, false) ==
        "who                          name\na.long.address@shop.example  山…\n");
  CHECK(table.text(20, false) == "who             name\na.long.addres…  山…\n");
}

TEST_CASE("table: remote text cannot move the cursor, colour is only ours") {
  Table table({{"a"}});
  table.row({"\x1b[2J"}, "31");
  CHECK(table.text(80, false) == "a\n\\x1b[2J\n");
  CHECK(table.text(80, true) == "\x1b[1ma\x1b[0m\n\x1b[31m\\x1b[2J\x1b[0m\n");
}

TEST_CASE("progress: rate, and time left where the total is known") {
  using hagaki::cli::Progress;
  CHECK(Progress::text("recipients", 1200, 5000, 4.0, "mx 12") ==
        "1200/5000 recipients, 300/s, 13 s left, mx 12");
  CHECK(Progress::text("mails", 10, std::nullopt, 2.0, "") == "10 mails, 5/s");
  CHECK(Progress::text("mails", 0, std::nullopt, 0, "\x1b[2J") == "0 mails, \\x1b[2J");
}
