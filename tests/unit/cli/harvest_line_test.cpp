#include <doctest/doctest.h>

#include "cli/harvest_line.h"

using hagaki::cli::harvest_line;
using hagaki::cli::HarvestFigures;

TEST_CASE("harvest line: rate, bytes and time left as far as they are known") {
  struct Case {
    const char* name;
    HarvestFigures figures;
    const char* want;
  };
  const Case cases[] = {
      {"nothing as yet", {}, "0 recipients"},
      {"a pipe has no end in sight",
       {.recipients = 1200, .per_second = 300, .bytes = 2'500'000},
       "1200 recipients, 300/s, 2.5 MB"},
      {"slow",
       {.recipients = 12, .per_second = 2.54, .bytes = 400},
       "12 recipients, 2.5/s, 0.0 MB"},
      {"a quarter of a file, one in six recipients of it still waits for DNS",
       {.recipients = 50'000,
        .recipients_waiting = 10'000,
        .per_second = 1000,
        .bytes = 10'000'000,
        .bytes_total = 40'000'000,
        .domains = 4000,
        .domains_waiting = 400},
       "50000 recipients, 1000/s, 10.0 of 40.0 MB, 3 min 10 s left; 400 of 4000 domains waiting"},
      {"all is read, rows wait",
       {.recipients = 900,
        .recipients_waiting = 100,
        .per_second = 50,
        .bytes = 40'000'000,
        .bytes_total = 40'000'000,
        .domains = 30,
        .domains_waiting = 1},
       "900 recipients, 50/s, 40.0 of 40.0 MB, 2 s left; 1 of 30 domains waiting"},
      {"stuck: no time can be said",
       {.recipients = 0,
        .recipients_waiting = 70,
        .bytes = 1'000'000,
        .bytes_total = 2'000'000,
        .domains = 9,
        .domains_waiting = 9},
       "0 recipients, 1.0 of 2.0 MB; 9 of 9 domains waiting"},
      {"done",
       {.recipients = 1000, .per_second = 50, .bytes = 5'000'000, .bytes_total = 5'000'000},
       "1000 recipients, 50/s, 5.0 of 5.0 MB"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(harvest_line(c.figures) == c.want);
  }
}
