#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "cli/secret.h"

using namespace hagaki;
using namespace hagaki::cli;

namespace {

class SecretFile {
 public:
  SecretFile(const std::string& text, mode_t mode) {
    const int fd = mkstemp(name_);
    close(fd);
    std::ofstream(name_) << text;
    chmod(name_, mode);
  }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  ~SecretFile() { unlink(name_); }
  [[nodiscard]] std::string path() const { return name_; }

 private:
  char name_[32] = "/tmp/hagaki-secret-XXXXXX";
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
  const Case cases[] = {{"mx.example", "", "one"},
                        {"MX.example", "you", "t w o"},
                        {"other.example", "", "three"},
                        {"mx.example", "nobody", ""}};
  for (const auto& c : cases) {
    CAPTURE(c.host);
    CAPTURE(c.user);
    const auto got = netrc_lookup(c.host, c.user, netrc.path());
    REQUIRE(got);
    CHECK((*got ? (*got)->password : "") == c.password);
  }
  const SecretFile open("machine a login b password c\n", 0640);
  CHECK(netrc_lookup("a", "", open.path()).error().code == ErrorCode::Denied);
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
