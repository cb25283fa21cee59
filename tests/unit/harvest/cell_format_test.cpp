#include "harvest/cell_format.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {
namespace {

std::string kind_name(NumberFormat::Kind kind) {
  switch (kind) {
    case NumberFormat::Kind::Plain:
      return "plain";
    case NumberFormat::Kind::Date:
      return "date";
    case NumberFormat::Kind::Time:
      return "time";
    case NumberFormat::Kind::DateTime:
      return "both";
    case NumberFormat::Kind::Elapsed:
      return "elapsed";
  }
  return {};
}

}  // namespace

TEST_CASE("what number formats say") {
  struct Case {
    const char* code;
    const char* want;
  };
  const Case cases[] = {
      {"General", "plain"},
      {"0.00", "plain"},
      {"#,##0;[Red]-#,##0", "plain"},
      {"0.00E+00", "plain"},
      {"##0.0E+0", "plain"},
      {"\"days\" 0", "plain"},
      {"0\\d", "plain"},
      {"[$¥-411]#,##0", "plain"},
      {"@", "plain"},
      {"_(* #,##0_);_(* \\(#,##0\\)", "plain"},
      {"yyyy-mm-dd", "date"},
      {"yyyy/m/d;@", "date"},
      {"[$-411]ggge\"年\"m\"月\"d\"日\"", "date"},
      {"[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", "date"},
      {"[$-411]ge.m.d", "date"},
      {"yyyy\"年\"m\"月\"d\"日\"", "date"},
      {"m\"月\"d\"日\"", "date"},
      {"mmm\\-yy", "date"},
      {"[Red]dd.mm.yyyy", "date"},
      {"h:mm AM/PM", "time"},
      {"h\"時\"mm\"分\"", "time"},
      {"mm:ss", "time"},
      {"yyyy/m/d h:mm", "both"},
      {"m/d/yy h:mm;@", "both"},
      {"[h]:mm:ss", "elapsed"},
      {"[mm]:ss", "elapsed"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.code);
    CHECK(kind_name(read_number_format(c.code).kind) == c.want);
  }
}

TEST_CASE("numbers of cells") {
  struct Case {
    const char* name;
    const char* value;
    const char* code;
    const char* want;
    bool from_1904 = false;
  };
  const Case cases[] = {
      {"whole", "123", "General", "123"},
      {"whole with a fraction of zero", "123.0", "General", "123"},
      {"exponent", "1.0E+5", "General", "100000"},
      {"a phone number", "9012345678", "General", "9012345678"},
      {"a phone number with exponent", "9.012345678E9", "General", "9012345678"},
      {"a card number loses its end, as in Excel", "1.2345678901234568E+16", "General",
       "12345678901234600"},
      {"twenty digits", "1e20", "General", "100000000000000000000"},
      {"too large to write out", "1e300", "General", "1e+300"},
      {"negative", "-5.50", "General", "-5.5"},
      {"negative and large", "-1.5e16", "General", "-15000000000000000"},
      {"binary fraction", "0.10000000000000001", "General", "0.1"},
      {"sum of fractions", "0.30000000000000004", "General", "0.3"},
      {"small", "1.5E-5", "General", "0.000015"},
      {"zero", "0", "General", "0"},
      {"minus zero", "-0.0", "General", "0"},
      {"percent stays a number", "0.25", "0%", "0.25"},
      {"no number", "abc", "General", "abc"},
      {"no number in a date", "abc", "yyyy-mm-dd", "abc"},
      {"not finite", "inf", "General", "inf"},
      {"leading zeros", "123", "00000", "00123"},
      {"postal code", "1000001", "000\\-0000", "100-0001"},
      {"postal code with lost zeros", "600001", "000-0000", "060-0001"},
      {"Excel's postal code", "9030815", "[<=999]000;[<=9999]000\\-00;000\\-0000", "903-0815"},
      {"Excel's short postal code", "123", "[<=999]000;[<=9999]000\\-00;000\\-0000", "123"},
      {"date", "45748", "yyyy-mm-dd", "2025-04-01"},
      {"date of an era", "32516", "[$-411]ggge\"年\"m\"月\"d\"日\"", "1989-01-08"},
      {"date and time", "45748.395833333336", "yyyy/m/d h:mm", "2025-04-01T09:30:00"},
      {"a day that rounding begins", "45748.999999999", "yyyy/m/d h:mm", "2025-04-02T00:00:00"},
      {"time", "0.39583333333333331", "h:mm", "09:30:00"},
      {"elapsed", "1.1041666666666667", "[h]:mm", "26:30:00"},
      {"the first day", "1", "yyyy-mm-dd", "1900-01-01"},
      {"before the day that never was", "59", "yyyy-mm-dd", "1900-02-28"},
      {"the day that never was", "60", "yyyy-mm-dd", "60"},
      {"behind it", "61", "yyyy-mm-dd", "1900-03-01"},
      {"the last day", "2958465", "yyyy-mm-dd", "9999-12-31"},
      {"no day", "2958466", "yyyy-mm-dd", "2958466"},
      {"before all days", "-1", "yyyy-mm-dd", "-1"},
      {"1904", "44286", "yyyy-mm-dd", "2025-04-01", true},
      {"1904, day 0", "0", "yyyy-mm-dd", "1904-01-01", true},
      {"1904, beyond the last day", "2958465", "yyyy-mm-dd", "2958465", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(cell_number(c.value, read_number_format(c.code), c.from_1904) == c.want);
  }
}

TEST_CASE("built-in number formats") {
  const auto shown = [](unsigned id) {
    return cell_number("45748.5", builtin_number_format(id), false);
  };
  CHECK(shown(0) == "45748.5");
  CHECK(shown(14) == "2025-04-01");
  CHECK(shown(22) == "2025-04-01T12:00:00");
  CHECK(shown(20) == "12:00:00");
  CHECK(shown(27) == "2025-04-01");
  CHECK(shown(31) == "2025-04-01");
  CHECK(shown(57) == "2025-04-01");
  CHECK(shown(32) == "12:00:00");
  CHECK(shown(46) == "1097964:00:00");
  CHECK(shown(49) == "45748.5");
}

}  // namespace hagaki::harvest
