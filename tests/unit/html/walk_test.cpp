#include "html/walk.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::html {
namespace {

class Log : public Visitor {
 public:
  bool enter(const Element& element) override {
    log += "<" + std::string(element.name);
    for (const Attribute& a : element.attributes) {
      log += " " + std::string(a.name) + "=" + std::string(a.value);
    }
    log += ">";
    return element.name != "style";
  }
  void leave(const Element& element) override { log += "</" + std::string(element.name) + ">"; }
  void text(std::string_view text) override { log += text; }
  std::string log;
};

TEST_CASE("elements and texts in their order") {
  struct Case {
    const char* html;
    const char* want;  // of the body
  };
  static constexpr Case kCases[] = {
      {"a<b>c</b>d", "a<b>c</b>d"},
      {"<P CLASS=x Title='a &lt; b'>c", "<p class=x title=a < b>c</p>"},
      {"<unknown-thing>x</unknown-thing>", "<>x</>"},
      {"<style>x</style>y", "<style>y"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.html);
    Log log;
    REQUIRE(walk(std::string("<body>") + c.html, log));
    CHECK(log.log == std::string("<html><head></head><body>") + c.want + "</body></html>");
  }
}

}  // namespace
}  // namespace hagaki::html
