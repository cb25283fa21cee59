#include "harvest/csv.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::harvest {
namespace {

/// The records of `text`: "1[a][b] 2!why".
std::string records_of(const std::string& text, char delimiter = ',') {
  LineReader lines;
  CsvReader csv(lines, delimiter);
  CsvRecord record;
  std::string out;
  const auto drain = [&] {
    while (csv.next(record)) {
      if (!out.empty()) out += ' ';
      out += std::to_string(record.line);
      if (!record.wrong.empty()) {
        out += '!' + record.wrong;
        continue;
      }
      for (const auto& field : record.fields) out += '[' + field + ']';
    }
  };
  // Bit by bit, so that a record is met half-read everywhere.
  for (const char c : text) {
    lines.feed({&c, 1});
    drain();
  }
  lines.finish();
  csv.finish();
  drain();
  return out;
}

}  // namespace

TEST_CASE("records of CSV") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "a,b\nc,d\n", "1[a][b] 2[c][d]"},
      {"empty fields", ",\n", "1[][]"},
      {"one field", "a\n", "1[a]"},
      {"blank lines", "a\n\n  \nb\n", "1[a] 4[b]"},
      {"quoted delimiter", "\"a,b\",c\n", "1[a,b][c]"},
      {"doubled quote", "\"say \"\"hi\"\"\",b\n", "1[say \"hi\"][b]"},
      {"empty quoted", "\"\",b\n", "1[][b]"},
      {"a line end inside", "\"a\nb\",c\nd,e\n", "1[a\nb][c] 3[d][e]"},
      {"two line ends inside", "\"a\n\nb\",c\n", "1[a\n\nb][c]"},
      {"text behind a quote", "\"a\"x,b\n", "1[ax][b]"},
      {"a quote inside an unquoted field", "a\"b,c\n", "1[a\"b][c]"},
      {"no line end at the end", "a,b", "1[a][b]"},
      {"never closed", "a,\"b\nc,d\ne,f\n", "1!a quote is opened and not closed 2[c][d] 3[e][f]"},
      {"never closed, read afresh, and closed there", "x,\"b\nc,\"d\n", "1[x][b\nc,d]"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(records_of(c.input) == c.want);
  }
}

TEST_CASE("a quote that is not closed within bounds costs its line only") {
  std::string text = "a,\"b\n";
  for (std::size_t i = 0; i < CsvReader::kMaxLines + 5; ++i) text += "x,y\n";
  const auto got = records_of(text);
  CHECK(got.starts_with("1!a quote is opened and not closed 2[x][y] 3[x][y]"));
  CHECK(got.ends_with(std::to_string(CsvReader::kMaxLines + 6) + "[x][y]"));
}

TEST_CASE("a file of open quotes is read through") {
  constexpr std::size_t kRows = 400'000;
  std::string text;
  for (std::size_t i = 0; i < kRows; ++i) text += "x\",\"yyyy\n";
  LineReader lines;
  CsvReader csv(lines, ',');
  lines.feed(text);
  lines.finish();
  csv.finish();
  CsvRecord record;
  std::size_t count = 0;
  std::size_t wrong = 0;
  while (csv.next(record)) {
    ++count;
    wrong += record.wrong.empty() ? 0 : 1;
    if (record.line != count) break;
  }
  CHECK(count == kRows);
  CHECK(wrong == kRows);
}

TEST_CASE("the last line that may close a quote") {
  for (const std::size_t more : {CsvReader::kMaxLines - 1, CsvReader::kMaxLines}) {
    CAPTURE(more);
    std::string text = "a,\"b\n";
    for (std::size_t i = 1; i < more; ++i) text += "x\n";
    text += "c\",d\n";
    const auto got = records_of(text);
    CHECK(got.starts_with("1[a][b\nx\nx") == (more < CsvReader::kMaxLines));
    CHECK(got.starts_with("1!") == (more == CsvReader::kMaxLines));
  }
}

TEST_CASE("undecodable lines are records that are wrong") {
  CHECK(records_of("名,a\n\xff\xfe,b\n前,c\n", ',').find("2!bytes that are no text in utf-8") !=
        std::string::npos);
}

TEST_CASE("delimiters") {
  struct Case {
    const char* input;
    char want;
  };
  const Case cases[] = {{"a,b", ','},     {"a;b", ';'},         {"a\tb", '\t'}, {"a", ','},
                        {"a;b;c,d", ';'}, {"\"a;b;c\",d", ','}, {"", ','}};
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(detect_delimiter(c.input) == c.want);
  }
}

}  // namespace hagaki::harvest
