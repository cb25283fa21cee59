#include "net/cares_resolver.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/loop.h"

namespace hagaki::net {
namespace {

using std::chrono::milliseconds;

/// A DNS server on loopback: the first label of the name says how to answer.
class Peer {
 public:
  explicit Peer(Loop& loop)
      : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)), poll_(loop, fd_) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t length = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    REQUIRE(poll_.start(Poll::kReadable, [this](int, int) { serve(); }));
  }
  ~Peer() {
    poll_.stop();
    close(fd_);
  }
  [[nodiscard]] std::string name() const { return "127.0.0.1:" + std::to_string(port_); }

  int questions = 0;
  int ad_bits = 0;
  std::map<std::string, int> code_of;  ///< first label to response code

 private:
  void serve() {
    char bytes[1500];
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    for (;;) {
      const auto n =
          recvfrom(fd_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (n < 17) return;
      ++questions;
      if ((bytes[3] & 0x20) != 0) ++ad_bits;
      const std::string question(bytes, static_cast<std::size_t>(n));
      const std::string label = question.substr(13, static_cast<std::size_t>(question[12]));
      if (label == "silent") continue;
      const auto end = question.find('\0', 12) + 5;
      std::string answer = question.substr(0, end);
      const auto code = code_of.find(label);
      const int rcode = code == code_of.end() ? 0 : code->second;
      answer[2] = static_cast<char>(0x81);
      answer[3] = static_cast<char>(0xa0 | rcode);
      answer.replace(4, 8, std::string("\0\1\0\0\0\0\0\0", 8));
      if (rcode == 0) {
        answer[7] = 1;
        answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7", 16);
      }
      sendto(fd_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
    }
  }
  int fd_;
  Poll poll_;
  int port_ = 0;
};

/// Asks for the A record of `name` and runs the loop until the answer is there.
dns::Answer ask(Loop& loop, CaresResolver& resolver, const std::string& name) {
  std::optional<dns::Answer> got;
  resolver.query(name, dns::Type::A, [&](const dns::Answer& answer) {
    CHECK_FALSE(got);
    got = answer;
    loop.stop();
  });
  CHECK_FALSE(got);
  loop.run();
  REQUIRE(got);
  return *got;
}

std::unique_ptr<CaresResolver> make(Loop& loop, std::vector<std::string> servers,
                                    milliseconds timeout = std::chrono::seconds(20)) {
  CaresResolver::Options options;
  options.servers = std::move(servers);
  options.timeout = timeout;
  auto resolver = CaresResolver::create(loop, options);
  REQUIRE(resolver);
  return std::move(*resolver);
}

}  // namespace

TEST_CASE("resolver names") {
  struct Case {
    const char* input;
    const char* want;  // empty: an error
  };
  const Case cases[] = {
      {"192.0.2.53", "192.0.2.53:53"},
      {"192.0.2.53:5300", "192.0.2.53:5300"},
      {"localhost:5300", "127.0.0.1:5300"},
      {"2001:db8::53", "[2001:db8::53]:53"},
      {"[2001:db8::53]", "[2001:db8::53]:53"},
      {"[2001:db8::53]:5300", "[2001:db8::53]:5300"},
      {"", ""},
      {"dns.example:53", ""},
      {"192.0.2.53:", ""},
      {"192.0.2.53:0", ""},
      {"192.0.2.53:70000", ""},
      {"[2001:db8::53", ""},
      {"[2001:db8::53]5", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto name = parse_server(c.input);
    CHECK(name.value_or("") == c.want);
    if (!name) CHECK(name.error().code == ErrorCode::Config);
  }
}

TEST_CASE("each kind of answer arrives as itself") {
  Loop loop;
  Peer peer(loop);
  peer.code_of = {{"fails", 2}, {"none", 3}, {"refuses", 5}, {"puzzled", 4}};
  const auto resolver = make(loop, {peer.name()});
  const auto good = ask(loop, *resolver, "good.example");
  CHECK(good.status == dns::Status::Ok);
  CHECK(good.authenticated);
  REQUIRE(good.records.size() == 1);
  CHECK(good.records[0].data == "192.0.2.7");
  CHECK(good.records[0].ttl == 60);
  CHECK(peer.ad_bits == 1);
  CHECK(ask(loop, *resolver, "none.example").status == dns::Status::NxDomain);
  CHECK(ask(loop, *resolver, "fails.example").status == dns::Status::ServFail);
  const auto refused = ask(loop, *resolver, "refuses.example");
  CHECK(refused.status == dns::Status::Refused);
  CHECK(refused.detail == "the resolver refuses the question (" + peer.name() + ")");
  CHECK(ask(loop, *resolver, "puzzled.example").status == dns::Status::ServFail);
  CHECK(peer.questions == 5);
  CHECK(ask(loop, *resolver, "").status == dns::Status::Local);
  CHECK(ask(loop, *resolver, "no..name.example").status == dns::Status::Local);
  CHECK(ask(loop, *resolver, std::string("no\0name.example", 15)).status == dns::Status::Local);
  CHECK(peer.questions == 5);
}

TEST_CASE("names that no host has are asked about as well") {
  Loop loop;
  Peer peer(loop);
  const auto resolver = make(loop, {peer.name()});
  for (const char* label : {"a+b=c", "a b", "a\\b", "a\\", "\\046", "\xC3\xA4"}) {
    CAPTURE(label);
    peer.code_of = {{label, 3}};
    CHECK(ask(loop, *resolver, label + std::string(".example")).status == dns::Status::NxDomain);
    peer.code_of.clear();
    CHECK(ask(loop, *resolver, label + std::string(".example")).status == dns::Status::Ok);
  }
}

TEST_CASE("silence is a timeout, within the time allowed") {
  Loop loop;
  Peer peer(loop);
  const auto resolver = make(loop, {peer.name()}, milliseconds(300));
  const auto answer = ask(loop, *resolver, "silent.example");
  CHECK(answer.status == dns::Status::Timeout);
  CHECK(answer.detail == "no answer from the resolver at " + peer.name());
  CHECK(peer.questions == 3);
}

TEST_CASE("nobody there is a timeout that says so") {
  Loop loop;
  std::string gone;
  {
    Peer peer(loop);
    gone = peer.name();
  }
  const auto resolver = make(loop, {gone});
  const auto answer = ask(loop, *resolver, "good.example");
  CHECK(answer.status == dns::Status::Timeout);
  CHECK(answer.detail == "no resolver listens at " + gone);
}

TEST_CASE("the next resolver is asked, and preferred once it has answered") {
  for (const int code : {2, 5}) {
    CAPTURE(code);
    Loop loop;
    Peer bad(loop);
    Peer good(loop);
    bad.code_of["host"] = code;
    const auto resolver = make(loop, {bad.name(), good.name()});
    CHECK(ask(loop, *resolver, "host.example").status == dns::Status::Ok);
    CHECK(ask(loop, *resolver, "host.example").status == dns::Status::Ok);
    CHECK(bad.questions == 1);
    CHECK(good.questions == 2);
  }
}

TEST_CASE("a dead resolver before a live one costs nothing once known") {
  Loop loop;
  Peer good(loop);
  std::string gone;
  {
    Peer peer(loop);
    gone = peer.name();
  }
  const auto resolver = make(loop, {gone, good.name()});
  CHECK(ask(loop, *resolver, "a.example").status == dns::Status::Ok);
  CHECK(resolver->asked() == 2);
  CHECK(ask(loop, *resolver, "b.example").status == dns::Status::Ok);
  CHECK(resolver->asked() == 3);
}

TEST_CASE("all resolvers fail: the answer that says most") {
  Loop loop;
  Peer refusing(loop);
  refusing.code_of["host"] = 5;
  std::string gone;
  {
    Peer peer(loop);
    gone = peer.name();
  }
  const auto resolver = make(loop, {refusing.name(), gone});
  CHECK(ask(loop, *resolver, "host.example").status == dns::Status::Refused);
}

TEST_CASE("any number of questions, each answered once; the loop ends by itself") {
  Loop loop;
  auto peer = std::make_unique<Peer>(loop);
  CaresResolver::Options options;
  options.servers = {peer->name()};
  options.timeout = std::chrono::seconds(40);
  options.in_flight = 50;
  auto resolver = CaresResolver::create(loop, options);
  REQUIRE(resolver);
  constexpr int kCount = 3000;
  std::vector<int> answers(kCount);
  int left = kCount;
  for (int i = 0; i < kCount; ++i) {
    (*resolver)->query("n" + std::to_string(i) + ".example", dns::Type::A,
                       [&, i](const dns::Answer& answer) {
                         CHECK(answer.status == dns::Status::Ok);
                         ++answers[static_cast<std::size_t>(i)];
                         if (--left == 0) peer.reset();
                       });
  }
  loop.run();
  CHECK(left == 0);
  for (const int n : answers) CHECK(n == 1);
}

TEST_CASE("a resolver may go while questions are open, and none is answered then") {
  Loop loop;
  Peer peer(loop);
  bool answered = false;
  {
    const auto resolver = make(loop, {peer.name()});
    for (const char* name : {"silent.example", "good.example"}) {
      resolver->query(name, dns::Type::A, [&](const dns::Answer&) { answered = true; });
    }
    loop.post([&loop] { loop.stop(); });  // asked, and no time for an answer
    loop.run();
  }
  Timer late(loop);
  late.start(milliseconds(10), [&loop] { loop.stop(); });
  loop.run();
  CHECK_FALSE(answered);
}

}  // namespace hagaki::net
