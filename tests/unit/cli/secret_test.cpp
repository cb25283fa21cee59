#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/message_keys.h"
#include "cli/secret.h"
#include "temp_folder.h"

using namespace hagaki;
using namespace hagaki::cli;

namespace {

class SecretFile {
 public:
  SecretFile(const std::string& text, mode_t mode) {
    std::ofstream(path()) << text;
    chmod(path().c_str(), mode);
  }
  [[nodiscard]] std::string path() const { return folder_.file("secret"); }

 private:
  TempFolder folder_;
};

}  // namespace

TEST_CASE("secret: a file of the owner alone, then the environment") {
  const SecretFile good("pa ss\r\nsecond line\n", 0600);
  const SecretFile open("secret\n", 0644);
  CHECK(read_secret({good.path(), "", ""}).value() == "pa ss");
  CHECK(read_secret({open.path(), "", ""}).error().code == ErrorCode::Denied);
  CHECK(read_secret({"/nonexistent", "", ""}).error().code == ErrorCode::NotFound);
  setenv("HAGAKI_TEST_SECRET", "from-env", 1);
  CHECK(read_secret({"", "HAGAKI_TEST_SECRET", ""}).value() == "from-env");
  CHECK(read_secret({good.path(), "HAGAKI_TEST_SECRET", ""}).value() == "pa ss");
  unsetenv("HAGAKI_TEST_SECRET");
  CHECK(!read_secret({"", "HAGAKI_TEST_SECRET", "relay-password"}).value());
}

TEST_CASE("secret: a file of several, of the owner alone") {
  const SecretFile good("a=1\nb=2\n", 0600);
  const SecretFile open("a=1\n", 0640);
  CHECK(read_private(good.path()).value() == "a=1\nb=2\n");
  CHECK(read_private(open.path()).error().code == ErrorCode::Denied);
  CHECK(read_private("/nonexistent").error().code == ErrorCode::NotFound);
}

TEST_CASE("secrets: the lines of a source") {
  const SecretFile good("one\r\n\ntwo\n", 0600);
  const SecretFile empty("\n\n", 0600);
  using Lines = std::vector<std::string>;
  CHECK(read_secrets({good.path(), "", ""}).value() == Lines{"one", "two"});
  CHECK(read_secrets({empty.path(), "", ""}).error().code == ErrorCode::Config);
  CHECK(read_secrets({"/nonexistent", "", ""}).error().code == ErrorCode::NotFound);
  setenv("HAGAKI_TEST_SECRET", "three\nfour", 1);
  CHECK(read_secrets({"", "HAGAKI_TEST_SECRET", ""}).value() == Lines{"three", "four"});
  CHECK(read_secret({"", "HAGAKI_TEST_SECRET", ""}).value() == "three");
  unsetenv("HAGAKI_TEST_SECRET");
  CHECK(!read_secrets({"", "HAGAKI_TEST_SECRET", "no-such-credential"}).value());
}

TEST_CASE("the keys of unsubscribe tokens: the first makes them, all read them") {
  const SecretFile both("the key of this year\nthe key of last year\n", 0600);
  const SecretFile old("the key of last year\n", 0600);
  const SecretFile weak("the key of this year\nshort\n", 0600);
  const auto keys = read_unsubscribe_keys(both.path());
  const auto older = read_unsubscribe_keys(old.path());
  REQUIRE((keys && *keys && older && *older));
  const auto user = Address::parse("user@example.jp").value();
  CHECK((*keys)->open((*older)->token(user, "x")));
  CHECK_FALSE((*older)->open((*keys)->token(user, "x")));
  CHECK(read_unsubscribe_keys(weak.path()).error().text() ==
        weak.path() + ": the key has fewer than 16 octets");
  CHECK_FALSE(read_unsubscribe_keys("").value());
  setenv("HAGAKI_UNSUBSCRIBE_SECRET", "short", 1);
  CHECK(read_unsubscribe_keys("").error().text() ==
        "the key of unsubscribe tokens: the key has fewer than 16 octets");
  unsetenv("HAGAKI_UNSUBSCRIBE_SECRET");
}

TEST_CASE("netrc: by host and user, default last") {
  const SecretFile netrc(
      "# comment\nmachine mx.example login me password one\n"
      "machine mx.example login you password \"t w o\"\ndefault login any password three\n",
      0600);
  struct Case {
    const char* host;
    const char* user;
    const char* password;
  };
  const Case cases[] = {{"mx.example", "me", "one"},
                        {"MX.example", "you", "t w o"},
                        {"other.example", "any", "three"},
                        {"mx.example", "nobody", ""},
                        {"other.example", "me", ""}};
  const SecretSources none{"", "HAGAKI_TEST_NONE", ""};
  setenv("NETRC", netrc.path().c_str(), 1);
  for (const auto& c : cases) {
    CAPTURE(c.host);
    CAPTURE(c.user);
    CHECK(find_password(c.host, c.user, none).value_or("") == c.password);
  }
  const SecretFile open("machine a login b password c\n", 0640);
  setenv("NETRC", open.path().c_str(), 1);
  CHECK(find_password("a", "b", none).error().code == ErrorCode::Denied);
  setenv("NETRC", "/nonexistent", 1);
  CHECK(find_password("a", "b", none).error().code == ErrorCode::Config);
  unsetenv("NETRC");
}

TEST_CASE("secret: one password for one host") {
  setenv("HAGAKI_TEST_SECRET", "x", 1);
  const SecretSources variable{"", "HAGAKI_TEST_SECRET", ""};
  const SecretSources file{"some-file", "HAGAKI_TEST_NONE", ""};
  const SecretSources none{"", "HAGAKI_TEST_NONE", ""};
  CHECK(check_one_host({"a", "b"}, "hosts", variable).error().code == ErrorCode::Config);
  CHECK(check_one_host({"a", "b"}, "hosts", file).error().code == ErrorCode::Config);
  CHECK(check_one_host({"a", "b"}, "hosts", none));
  CHECK(check_one_host({"a"}, "hosts", variable));
  CHECK(find_password("a", "me", variable).value() == "x");
  unsetenv("HAGAKI_TEST_SECRET");
  const SecretFile netrc("machine a login me password y\n", 0600);
  setenv("NETRC", netrc.path().c_str(), 1);
  CHECK(find_password("a", "me", none).value() == "y");
  CHECK(find_password("a", "you", none).error().message ==
        "no password for you at a: give --password-file, HAGAKI_TEST_NONE or a netrc entry");
  unsetenv("NETRC");
}
