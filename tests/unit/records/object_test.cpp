#include "records/object.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace object_test {

using namespace hagaki;
using records::Object;

TEST_CASE("an object is written in field order") {
  Object inner;
  inner.add("n", -5);
  const std::optional<std::string> none;
  Object out;
  out.add("a", "x").add("empty", "").add("flag", true).add("number", std::int64_t{1} << 60);
  out.add("none", none).add("list", std::vector<std::string>{"p", "q\""});
  out.add("inner", inner).add_raw("raw", R"({ "z": [1, 2.50] })").add_raw("bad", "{");
  std::vector<Object> objects;
  objects.push_back(std::move(inner));
  objects.emplace_back();
  out.add("objects", objects);
  CHECK(out.line() == R"({"a":"x","flag":true,"number":1152921504606846976,"list":["p","q\""],)"
                      R"("inner":{"n":-5},"raw":{"z":[1,2.5]},"objects":[{"n":-5},{}]})");
  CHECK("{" + out.fragment() + "}" == out.line());
  CHECK(Object().empty());
  CHECK(Object().line() == "{}");
}

TEST_CASE("a value that is set again keeps its place") {
  Object out;
  out.add("a", 1).add("b", 2).add("c", 3).add("a", "longer").add("c", true).add("b", 0);
  CHECK(out.line() == R"({"a":"longer","b":0,"c":true})");
}

TEST_CASE("strings are written as nlohmann/json writes them") {
  std::string controls;
  for (char c = 0; c < 0x20; ++c) controls.push_back(c);
  for (const std::string& s :
       {controls, std::string("\"\\/ \x7f"), std::string("山田 \xF0\x9F\x93\xAE"),
        std::string("\xE9 Latin 1"), std::string("cut \xE5\xB1"),
        std::string("\xC0\x80\xED\xA0\x80"), std::string("end\\")}) {
    const nlohmann::ordered_json want = {{"k\n", s}};
    Object out;
    out.add("k\n", s);
    CHECK(out.line() ==
          want.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

}  // namespace object_test
