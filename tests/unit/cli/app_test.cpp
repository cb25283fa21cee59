#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "cli/app.h"
#include "temp_folder.h"

using namespace hagaki::cli;

namespace {

/// What one command line makes of a tool's options.
struct Parsed {
  std::optional<Exit> exit;
  std::string relay = "none";
  std::int64_t connections = 5;
  bool resume = false;
  std::vector<std::string> events;
  std::vector<std::string> files;
};

Parsed parse(std::vector<std::string> args) {
  Parsed out;
  App app("test-tool", "a tool", "[FILE…]");
  app.value("-r,--relay", "URL", out.relay, "the relay");
  app.value("--connections", "N", out.connections, "how many", 1, 100);
  app.flag("--resume", out.resume, "go on");
  app.values("--events", "FILE", out.events, "logs");
  app.operands("FILE", out.files, "input");
  args.insert(args.begin(), "test-tool");
  std::vector<char*> argv;
  for (auto& arg : args) argv.push_back(arg.data());
  out.exit = app.parse(static_cast<int>(argv.size()), argv.data());
  return out;
}

/// A configuration file for the time of a test.
class ConfigHome {
 public:
  explicit ConfigHome(const std::string& text) { std::ofstream(file()) << text; }
  [[nodiscard]] std::string file() const { return folder_.file("config.toml"); }

 private:
  TempFolder folder_;
};

}  // namespace

TEST_CASE("app: flags, lists, operands, and what is refused") {
  setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
  const auto a = parse({"-r", "smtp://x", "--events", "a", "b", "--resume", "f", "-"});
  CHECK(!a.exit);
  CHECK(a.relay == "smtp://x");
  CHECK(a.events == std::vector<std::string>{"a", "b"});
  CHECK(a.files == std::vector<std::string>{"f", "-"});
  CHECK(a.resume);
  const auto b = parse({"--events", "a", "--", "f"});
  CHECK(b.events == std::vector<std::string>{"a"});
  CHECK(b.files == std::vector<std::string>{"f"});
  CHECK(parse({"--connections", "0"}).exit == Exit::Usage);
  CHECK(parse({"--connections", "five"}).exit == Exit::Usage);
  CHECK(parse({"--no-such-option"}).exit == Exit::Usage);
  CHECK(parse({"--color", "pink"}).exit == Exit::Usage);
  CHECK(parse({"--config", "/nonexistent.toml"}).exit == Exit::Config);
}

TEST_CASE("app: flags over environment over file; a tool's section over the shared keys") {
  const ConfigHome config(
      "relay = \"smtp://file\"\nconnections = 7\nquorum = 50\n"
      "[test-tool]\nconnections = 8\nevents = [\"x\", \"y\"]\n");
  const auto file = parse({"--config", config.file()});
  CHECK(!file.exit);
  CHECK(file.relay == "smtp://file");
  CHECK(file.connections == 8);
  CHECK(file.events == std::vector<std::string>{"x", "y"});
  setenv("HAGAKI_RELAY", "smtp://env", 1);
  CHECK(parse({"--config", config.file()}).relay == "smtp://env");
  setenv("HAGAKI_TEST_TOOL_RELAY", "smtp://own-env", 1);
  CHECK(parse({"--config", config.file()}).relay == "smtp://own-env");
  CHECK(parse({"--config", config.file(), "--relay", "smtp://flag"}).relay == "smtp://flag");
  unsetenv("HAGAKI_RELAY");
  unsetenv("HAGAKI_TEST_TOOL_RELAY");
}

TEST_CASE("app: a wrong configuration file is named") {
  CHECK(parse({"--config", ConfigHome("relay = \n").file()}).exit == Exit::Config);
  struct Case {
    const char* name;
    const char* text;
    bool wrong;
  };
  const Case cases[] = {
      {"no option of this tool", "[test-tool]\nrelais = 1\n", true},
      {"another tool's, in its table", "[mail-send]\nanything = 1\n", false},
      {"another tool's, for all", "quorum = 50\n", false},
      {"no option of any tool", "relais = \"smtp://x\"\n", true},
      {"no tool", "[mail_send]\nrelay = \"smtp://x\"\n", true},
      {"a table in a table", "[test-tool.relay]\nx = 1\n", true},
      {"tables in a list", "[[test-tool]]\nrelay = \"x\"\n", true},
      {"no scalar", "relay = 2026-11-22\n", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const ConfigHome config(c.text);
    CHECK((parse({"--config", config.file()}).exit == Exit::Config) == c.wrong);
  }
}
