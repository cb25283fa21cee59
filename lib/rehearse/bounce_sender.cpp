#include "rehearse/bounce_sender.h"

#include <uv.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "rehearse/tcp.h"
#include "smtp/dialogue.h"

namespace hagaki::rehearse {
namespace {

constexpr int kTries = 3;
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::chrono::seconds kSilence{60};  // a server that says nothing so long is given up

struct Bounce {
  std::string to;
  std::string message;
  int tries = 0;
};

}  // namespace

struct BounceSender::State {
  State(net::Loop& l, Endpoint s, std::string h, Failed f)
      : loop(l), server(std::move(s)), helo(std::move(h)), failed(std::move(f)), timer(l) {}

  void start();
  void connected();
  void received(std::string_view bytes);
  void advance();
  void work_dialogue();
  void flush();
  void lost(const Error& error);
  void retry_or_report(Bounce bounce, const Error& error);
  void disconnect();

  net::Loop& loop;
  Endpoint server;
  std::string helo;
  Failed failed;
  net::Timer timer;
  std::deque<Bounce> waiting;
  std::optional<Bounce> in_flight;

  struct Socket {
    uv_tcp_t tcp{};
    uv_connect_t connect{};
    State* state = nullptr;  ///< null once given up
  };
  Socket* socket = nullptr;
  enum class Step { Greeting, Hello, Ready } step = Step::Greeting;
  smtp::ReplyParser parser;
  std::optional<smtp::Dialogue> dialogue;
};

void BounceSender::State::start() {
  if (socket != nullptr || timer.active() || waiting.empty()) return;
  const auto address = socket_address(server.ip, server.port);
  socket = new Socket;
  socket->state = this;
  uv_tcp_init(loop.raw(), &socket->tcp);
  socket->tcp.data = socket;
  socket->connect.data = socket;
  step = Step::Greeting;
  parser = {};
  dialogue.reset();
  timer.start(kSilence, [this] { lost({ErrorCode::Retry, "no answer", server.text()}); });
  const int error =
      uv_tcp_connect(&socket->connect, &socket->tcp, reinterpret_cast<const sockaddr*>(&*address),
                     [](uv_connect_t* request, int status) {
                       State* self = static_cast<Socket*>(request->data)->state;
                       if (self == nullptr) return;
                       if (status != 0)
                         self->lost({ErrorCode::Retry, uv_strerror(status), self->server.text()});
                       else
                         self->connected();
                     });
  if (error != 0) lost({ErrorCode::Retry, uv_strerror(error), server.text()});
}

void BounceSender::State::connected() {
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&socket->tcp),
      [](uv_handle_t*, std::size_t, uv_buf_t* buffer) {
        static std::array<char, 16384> bytes;
        *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
      },
      [](uv_stream_t* stream, ssize_t n, const uv_buf_t* buffer) {
        State* self = static_cast<Socket*>(stream->data)->state;
        if (self == nullptr || n == 0) return;
        if (n < 0)
          self->lost({ErrorCode::Retry, uv_strerror(static_cast<int>(n)), self->server.text()});
        else
          self->received({buffer->base, static_cast<std::size_t>(n)});
      });
}

void BounceSender::State::received(std::string_view bytes) {
  timer.start(kSilence, [this] { lost({ErrorCode::Retry, "no answer", server.text()}); });
  if (dialogue) {
    dialogue->feed(bytes);
    return work_dialogue();
  }
  parser.feed(bytes);
  advance();
}

/// Greeting and EHLO, which come before the dialogue.
void BounceSender::State::advance() {
  while (!dialogue) {
    auto reply = parser.next();
    if (!reply) return lost(reply.error());
    if (!*reply) return;
    if (!(*reply)->positive())
      return lost({ErrorCode::Retry, "refused: " + (*reply)->text, server.text()});
    if (step == Step::Greeting) {
      step = Step::Hello;
      std::string line = "EHLO " + helo + "\r\n";
      uv_buf_t buffer = uv_buf_init(line.data(), static_cast<unsigned>(line.size()));
      // The first bytes on a fresh connection always fit into its send buffer.
      uv_try_write(reinterpret_cast<uv_stream_t*>(&socket->tcp), &buffer, 1);
    } else {
      step = Step::Ready;
      dialogue.emplace(smtp::parse_capabilities((*reply)->text), smtp::Grouping::Grouped);
    }
  }
  work_dialogue();
}

void BounceSender::State::work_dialogue() {
  while (auto event = dialogue->next_event()) {
    using Kind = smtp::Event::Kind;
    if (event->kind == Kind::BodyBegins) continue;
    if (event->kind == Kind::Ended) {
      disconnect();
      return start();
    }
    if (!in_flight) continue;
    Bounce bounce = std::move(*in_flight);
    in_flight.reset();
    if (event->kind == Kind::Accepted) continue;
    const Error error = event->error.value_or(
        Error{event->reply && event->reply->temporary() ? ErrorCode::Retry : ErrorCode::Denied,
              event->reply ? event->reply->text : "no reply", bounce.to});
    // A bounce whose reply was lost may have arrived; a second copy of it does less harm than none.
    const bool again = event->kind != Kind::Unfit && !(event->reply && event->reply->permanent());
    if (again)
      retry_or_report(std::move(bounce), error);
    else
      failed(error);
  }
  if (!in_flight && dialogue->room()) {
    if (waiting.empty()) {
      if (dialogue->idle()) dialogue->quit();
    } else {
      in_flight = std::move(waiting.front());
      waiting.pop_front();
      ++in_flight->tries;
      const bool eight = std::any_of(in_flight->message.begin(), in_flight->message.end(),
                                     [](char c) { return static_cast<unsigned char>(c) > 127; });
      dialogue->begin({.id = 1,
                       .sender = {},
                       .recipient = in_flight->to,
                       .data = in_flight->message,
                       .eightbit = eight,
                       .smtputf8 = false});
    }
  }
  flush();
}

void BounceSender::State::flush() {
  while (dialogue && dialogue->has_output()) {
    struct Write {
      uv_write_t request{};
      std::string bytes;
    };
    auto* write = new Write{{}, std::string(dialogue->output())};
    dialogue->sent(write->bytes.size());
    uv_buf_t buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
    const int error = uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&socket->tcp),
                               &buffer, 1, [](uv_write_t* request, int) {
                                 // A failure shows as the end of reading too.
                                 delete reinterpret_cast<Write*>(request);
                               });
    if (error != 0) {
      delete write;
      return lost({ErrorCode::Retry, uv_strerror(error), server.text()});
    }
  }
  if (dialogue && !in_flight && !waiting.empty() && dialogue->room()) work_dialogue();
}

void BounceSender::State::lost(const Error& error) {
  disconnect();
  if (in_flight) {
    Bounce bounce = std::move(*in_flight);
    in_flight.reset();
    retry_or_report(std::move(bounce), error);
  } else if (!waiting.empty()) {
    Bounce bounce = std::move(waiting.front());
    waiting.pop_front();
    ++bounce.tries;
    retry_or_report(std::move(bounce), error);
  }
  if (!waiting.empty()) timer.start(kRetry, [this] { start(); });
}

void BounceSender::State::retry_or_report(Bounce bounce, const Error& error) {
  if (bounce.tries >= kTries)
    failed(error);
  else
    waiting.push_back(std::move(bounce));
}

void BounceSender::State::disconnect() {
  timer.stop();
  dialogue.reset();
  if (socket == nullptr) return;
  socket->state = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&socket->tcp),
           [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
  socket = nullptr;
}

BounceSender::BounceSender(net::Loop& loop, Endpoint server, std::string helo, Failed failed)
    : state_(std::make_unique<State>(loop, std::move(server), std::move(helo), std::move(failed))) {
}

BounceSender::~BounceSender() {
  state_->disconnect();
}

void BounceSender::send(std::string_view to, std::string_view message) {
  state_->waiting.push_back({std::string(to), std::string(message)});
  state_->start();
}

std::size_t BounceSender::waiting() const {
  return state_->waiting.size() + (state_->in_flight ? 1 : 0);
}

}  // namespace hagaki::rehearse
