#include "net/loop.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

namespace hagaki::net {
using std::chrono::milliseconds;

TEST_CASE("an idle loop returns at once, each time") {
  Loop loop;
  loop.run();
  loop.run();
}

TEST_CASE("posted tasks run in order, from the loop, and may post") {
  Loop loop;
  std::string order;
  loop.post([&] {
    order += 'a';
    loop.post([&] { order += 'c'; });
  });
  loop.post([&] { order += 'b'; });
  CHECK(order.empty());
  loop.run();
  CHECK(order == "abc");
}

TEST_CASE("another thread's post reaches a held loop") {
  Loop loop;
  loop.hold();
  const auto here = std::this_thread::get_id();
  bool ran_here = false;
  std::thread other([&] {
    loop.post([&] {
      ran_here = std::this_thread::get_id() == here;
      loop.release();
    });
  });
  loop.run();
  other.join();
  CHECK(ran_here);
}

TEST_CASE("work leaves the thread and comes back") {
  Loop loop;
  const auto here = std::this_thread::get_id();
  bool away = false;
  bool back = false;
  loop.work([&] { away = std::this_thread::get_id() != here; },
            [&] { back = std::this_thread::get_id() == here; });
  loop.run();
  CHECK(away);
  CHECK(back);
}

TEST_CASE("timers fire in order of time and can be restarted inside") {
  Loop loop;
  std::string order;
  Timer late(loop);
  Timer early(loop);
  early.start(milliseconds(1), [&] {
    order += 'e';
    late.start(milliseconds(20), [&] { order += 'l'; });
    early.start(milliseconds(1), [&] { order += 'E'; });
  });
  loop.run();
  CHECK(order == "eEl");
  CHECK_FALSE(early.active());
}

TEST_CASE("a timer may destroy itself") {
  Loop loop;
  bool ran = false;
  auto timer = std::make_unique<Timer>(loop);
  timer->start_repeating(milliseconds(1), [&] {
    timer.reset();
    ran = true;
  });
  loop.run();
  CHECK(ran);
}

TEST_CASE("a repeating timer goes on until stopped") {
  Loop loop;
  int count = 0;
  Timer timer(loop);
  timer.start_repeating(milliseconds(1), [&] {
    if (++count == 3) timer.stop();
  });
  loop.run();
  CHECK(count == 3);
}

TEST_CASE("an unreferenced timer does not hold the loop; stop() leaves run()") {
  Loop loop;
  Timer far(loop);
  far.start(std::chrono::hours(1), [] {});
  far.unref();
  loop.run();
  Timer other(loop);
  other.start(std::chrono::hours(1), [] {});
  loop.post([&] { loop.stop(); });
  loop.run();
  CHECK(other.active());
}

TEST_CASE("poll sees a readable pipe and may destroy itself") {
  int fds[2];
  REQUIRE(pipe(fds) == 0);
  Loop loop;
  auto poll = std::make_unique<Poll>(loop, fds[0]);
  std::string got;
  REQUIRE(poll->start(Poll::kReadable, [&](int events, int error) {
    CHECK(error == 0);
    CHECK(events == Poll::kReadable);
    char buffer[16];
    const auto n = read(fds[0], buffer, sizeof buffer);
    if (n <= 0) {
      poll.reset();
      return;
    }
    got.append(buffer, static_cast<std::size_t>(n));
    close(fds[1]);
  }));
  REQUIRE(write(fds[1], "hi", 2) == 2);
  loop.run();
  CHECK(got == "hi");
  close(fds[0]);
}

TEST_CASE(
    "what came before an error is read to the error, though the reader takes little at once") {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 1) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), size) == 0);
  const int server = accept(listener, nullptr, nullptr);
  REQUIRE(write(server, "hello", 5) == 5);
  const linger at_once{1, 0};
  REQUIRE(setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  close(server);  // with a RST

  Loop loop;
  Timer limit(loop);
  limit.start(std::chrono::seconds(20), [&] { loop.stop(); });
  auto poll = std::make_unique<Poll>(loop, client);
  int calls = 0;
  bool met = false;
  REQUIRE(poll->start(Poll::kReadable, [&](int, int) {
    ++calls;
    char one = 0;
    if (read(client, &one, 1) > 0) return;
    met = errno == ECONNRESET;
    poll.reset();
    limit.stop();
  }));
  loop.run();
  CHECK(met);
  CHECK(calls > 1);
  close(client);
  close(listener);
}

TEST_CASE("a descriptor that cannot be polled is an error") {
  Loop loop;
  Poll poll(loop, 1 << 20);
  const auto started = poll.start(Poll::kReadable, [](int, int) {});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::Io);
}

TEST_CASE("the first SIGTERM is a call") {
  Loop loop;
  int caught = 0;
  Timer limit(loop);
  limit.start(std::chrono::seconds(20), [] {});
  Signals signals(loop, [&](int number) {
    caught = number;
    limit.stop();
  });
  raise(SIGTERM);
  loop.run();
  CHECK(caught == SIGTERM);
}

}  // namespace hagaki::net
