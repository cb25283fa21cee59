#include "harvest/xlsx.h"

#include <doctest/doctest.h>

#include "zip_of.h"

namespace hagaki::harvest {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

const std::string kRels =
    R"(<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
const std::string kBookRels =
    R"(<Relationships><Relationship Id="a" Type="http://x/relationships/worksheet" Target="worksheets/sheet1.xml"/>)"
    R"(<Relationship Id="b" Type="http://x/relationships/worksheet" Target="/xl/worksheets/sheet2.xml"/>)"
    R"(<Relationship Id="c" Type="http://x/relationships/chartsheet" Target="chart.xml"/>)"
    R"(<Relationship Id="s" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/>)"
    R"(<Relationship Id="t" Type="http://x/relationships/styles" Target="styles.xml"/></Relationships>)";
const std::string kBook =
    R"(<x:workbook xmlns:x="u" xmlns:r="v"><x:workbookPr/><x:sheets><x:sheet name="顧客" sheetId="1" r:id="a"/>)"
    R"(<x:sheet name="下書き" sheetId="2" state="hidden" r:id="b"/><x:sheet name="図" sheetId="3" r:id="c"/></x:sheets></x:workbook>)";
const std::string kStrings =
    R"(<sst><si><t>氏名</t></si><si><r><t xml:space="preserve">山田 </t></r><r><t>太郎</t></r>)"
    R"(<rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr/></si><si><t>a_x000D_b_x0041_c_xZZZZ_</t></si><si/></sst>)";
const std::string kStyles =
    R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="ggge&quot;年&quot;"/></numFmts>)"
    R"(<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>)";

Members workbook(const std::string& sheet) {
  return {{"_rels/.rels", kRels},
          {"xl/worksheets/sheet1.xml", sheet},
          {"xl/worksheets/sheet2.xml", "<worksheet/>"},
          {"xl/workbook.xml", kBook},
          {"xl/_rels/workbook.xml.rels", kBookRels},
          {"xl/styles.xml", kStyles},
          {"xl/sharedStrings.xml", kStrings}};
}

/// The first sheet of a workbook: "2[0:a][3:b] 5!why".
std::string rows_of(const std::string& bytes) {
  const auto book = XlsxReader::open(bytes);
  if (!book) return "error: " + book.error().message;
  if (const auto ok = (*book)->begin(0); !ok) return "error: " + ok.error().message;
  std::string out;
  SheetRow row;
  for (;;) {
    const auto more = (*book)->next(row);
    if (!more) return out + "error: " + more.error().message;
    if (!*more) return out;
    if (!out.empty()) out += ' ';
    out += std::to_string(row.number);
    if (!row.wrong.empty()) out += '!' + row.wrong;
    for (const auto& [column, text] : row.cells)
      out += '[' + std::to_string(column) + ':' + text + ']';
    for (const auto& error : row.errors) out += '!' + error;
  }
}

std::string sheet_of(const std::string& data) {
  return "<worksheet><sheetData>" + data + "</sheetData></worksheet>";
}

}  // namespace

TEST_CASE("cells of a sheet") {
  struct Case {
    const char* name;
    const char* data;
    const char* want;
  };
  const Case cases[] = {
      {"shared string", R"(<row r="1"><c r="A1" t="s"><v>0</v></c></row>)", "1[0:氏名]"},
      {"rich text without its reading", R"(<row r="1"><c r="A1" t="s"><v>1</v></c></row>)",
       "1[0:山田 太郎]"},
      {"escapes", R"(<row r="1"><c r="A1" t="s"><v>2</v></c></row>)", "1[0:a\rbAc_xZZZZ_]"},
      {"an empty string is no cell", R"(<row r="1"><c r="A1" t="s"><v>3</v></c></row>)", "1"},
      {"a string that is not there", R"(<row r="1"><c r="A1" t="s"><v>4</v></c></row>)",
       "1!A1 is a text that the workbook lacks"},
      {"inline string",
       R"(<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c></row>)",
       "1[0:ab]"},
      {"formula text", R"(<row r="1"><c r="A1" t="str"><f>B1&amp;"x"</f><v>bx</v></c></row>)",
       "1[0:bx]"},
      {"formula number", R"(<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>)", "1[0:2]"},
      {"formula without value", R"(<row r="1"><c r="A1"><f>1+1</f></c></row>)", ""},
      {"booleans", R"(<row r="1"><c t="b"><v>1</v></c><c t="b"><v>0</v></c></row>)",
       "1[0:TRUE][1:FALSE]"},
      {"error value", R"(<row r="5"><c r="C5" t="e"><v>#N/A</v></c><c r="D5"><v>1</v></c></row>)",
       "5[3:1]!C5 is #N/A"},
      {"phone as text keeps its zero",
       R"(<row r="1"><c t="inlineStr"><is><t>09012345678</t></is></c></row>)", "1[0:09012345678]"},
      {"date", R"(<row r="1"><c s="2"><v>45748</v></c></row>)", "1[0:2025-04-01]"},
      {"date by era", R"(<row r="1"><c s="1"><v>45748</v></c></row>)", "1[0:2025-04-01]"},
      {"ISO date", R"(<row r="1"><c t="d"><v>2025-04-01</v></c></row>)", "1[0:2025-04-01]"},
      {"a style that is not there", R"(<row r="1"><c s="99"><v>45748</v></c></row>)", "1[0:45748]"},
      {"gaps", R"(<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c><c><v>4</v></c></row>)",
       "2[0:1][2:3][3:4]"},
      {"rows without numbers", R"(<row><c><v>1</v></c></row><row><c><v>2</v></c></row>)",
       "1[0:1] 2[0:2]"},
      {"empty rows", R"(<row r="1"/><row r="7"><c><v>1</v></c></row><row r="8"><c r="A8"/></row>)",
       "7[0:1]"},
      {"the last cell", R"(<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>)",
       "1048576[16383:1]"},
      {"a line end", "<row><c t=\"inlineStr\"><is><t>a\nb</t></is></c></row>", "1[0:a\nb]"},
      {"a row beyond the last", R"(<row r="1"><c r="XFD1048577"><v>1</v></c></row>)",
       "error: no such cell: XFD1048577"},
      {"a column beyond the last", R"(<row r="1"><c r="XFE1"><v>1</v></c></row>)",
       "error: no such cell: XFE1"},
      {"no cell", R"(<row r="1"><c r="99999999999999999999"><v>1</v></c></row>)",
       "error: no such cell: 99999999999999999999"},
      {"row 0", R"(<row r="0"><c><v>1</v></c></row>)", "error: no such row: 0"},
      {"rows before what breaks are read", R"(<row><c><v>1</v></c></row><row r="x"/>)",
       "error: no such row: x"},
      {"broken XML", "<row><c>", "error: broken XML: mismatched tag"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(rows_of(zip_of(workbook(sheet_of(c.data)))) == c.want);
  }
}

TEST_CASE("sheets of a workbook") {
  const auto book = XlsxReader::open(zip_of(workbook(sheet_of(""))));
  REQUIRE(book);
  REQUIRE((*book)->sheets().size() == 3);
  CHECK((*book)->sheets()[0].name == "顧客");
  CHECK_FALSE((*book)->sheets()[0].hidden);
  CHECK((*book)->sheets()[0].part == "xl/worksheets/sheet1.xml");
  CHECK((*book)->sheets()[1].hidden);
  CHECK((*book)->sheets()[1].part == "xl/worksheets/sheet2.xml");
  CHECK((*book)->sheets()[2].part.empty());
}

TEST_CASE("dates from 1904") {
  auto members = workbook(sheet_of(R"(<row><c s="2"><v>44286</v></c></row>)"));
  auto& book = members[3].second;
  book.replace(book.find("<x:workbookPr/>"), 15, "<x:workbookPr date1904=\"1\"/>");
  CHECK(rows_of(zip_of(members)) == "1[0:2025-04-01]");
}

TEST_CASE("workbooks that are refused") {
  const std::string good = zip_of(workbook(sheet_of("<row><c><v>1</v></c></row>")));
  REQUIRE(rows_of(good) == "1[0:1]");
  SUBCASE("cut short anywhere") {
    for (std::size_t size = 0; size < good.size(); size += 7) {
      CAPTURE(size);
      CHECK(rows_of(good.substr(0, size)).starts_with("error: "));
    }
  }
  SUBCASE("a byte changed anywhere never ends in more than an error") {
    for (std::size_t at = 0; at < good.size(); at += 3) {
      auto bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x55);
      rows_of(bad);
    }
  }
  SUBCASE("no workbook") {
    CHECK(rows_of(zip_of({{"a.csv", "email\n"}})) ==
          "error: a zip file, and no .xlsx workbook; unpack it and name the files in it");
    auto word = kRels;
    word.replace(word.find("xl/workbook.xml"), 15, "word/document.xml");
    CHECK(rows_of(zip_of({{"_rels/.rels", word}, {"word/document.xml", "<x/>"}})) ==
          "error: a Word document; save its text as a plain text file");
    auto binary = kRels;
    binary.replace(binary.find("xl/workbook.xml"), 15, "xl/workbook.bin");
    CHECK(rows_of(zip_of({{"_rels/.rels", binary}, {"xl/workbook.bin", "x"}})) ==
          "error: a binary workbook (.xlsb); save it as .xlsx");
  }
  SUBCASE("encrypted") {
    CHECK(rows_of(zip_of(workbook(sheet_of("")), "secret")) ==
          "error: the file is protected by a password; save it without one");
  }
  SUBCASE("a bomb") {
    // 60 MB of one row that never ends pack into 60 KB.
    const std::string bomb = "<worksheet><sheetData><row>" + std::string(60u << 20, ' ');
    CHECK(rows_of(zip_of(workbook(bomb))) ==
          "error: it unpacks to far more than a list of customers would");
  }
  SUBCASE("a bomb among the strings") {
    auto members = workbook(sheet_of(""));
    members[6].second = "<sst><si><t>" + std::string(60u << 20, ' ');
    CHECK(rows_of(zip_of(members)) ==
          "error: it unpacks to far more than a list of customers would");
  }
  SUBCASE("a bomb of entities") {
    const std::string laughs =
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>";
    CHECK(rows_of(zip_of(workbook(laughs))) == "error: XML with a document type declaration");
  }
  SUBCASE("XML that nests too deeply") {
    std::string deep;
    for (int i = 0; i < 200; ++i) deep += "<a>";
    CHECK(rows_of(zip_of(workbook(deep))) == "error: XML elements nest too deeply");
  }
  SUBCASE("a cell longer than a record") {
    std::string text;
    for (unsigned i = 0; text.size() < (2u << 20); ++i) text += std::to_string(i * 2654435761u);
    CHECK(rows_of(zip_of(workbook(sheet_of("<row r=\"3\"><c t=\"inlineStr\"><is><t>" + text +
                                           "</t></is></c></row>")))) ==
          "error: row 3 is longer than 1 MiB");
  }
  SUBCASE("a sheet that is not there") {
    auto members = workbook("");
    members.erase(members.begin() + 1);
    CHECK(rows_of(zip_of(members)) == "error: the zip file has no xl/worksheets/sheet1.xml");
  }
}

TEST_CASE("a row that points to one long string a thousand times is no record") {
  auto members = workbook({});
  members[6].second = "<sst><si><t>" + std::string(100'000, 'x') + "</t></si></sst>";
  std::string row = "<row>";
  for (int i = 0; i < 1000; ++i) row += "<c t=\"s\"><v>0</v></c>";
  members[1].second = sheet_of(row + "</row><row><c><v>1</v></c></row>");
  CHECK(rows_of(zip_of(members)) == "1!the row is longer than 1 MiB 2[0:1]");
}

}  // namespace hagaki::harvest
