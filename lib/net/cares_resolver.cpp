#include "net/cares_resolver.h"

#include <ares.h>
#include <ares_nameser.h>

#include <algorithm>
#include <bitset>
#include <cassert>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/digest.h"
#include "dns/lookup.h"
#include "dns/names.h"
#include "dns/wire.h"
#include "net/loop.h"

namespace hagaki::net {
namespace {

/// `name` as c-ares reads it: a backslash stands before what is meant as it is.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '\\') out += c;
    out += c;
  }
  return out;
}

constexpr int kChannelsPerServer = 4;
constexpr int kEdnsBytes = 1232;  ///< the size that does not fragment on common paths
constexpr std::chrono::milliseconds kTick{20};

/// ares_library_init() counts its callers.
struct Library {
  Library() { ares_library_init(ARES_LIB_INIT_ALL); }
  ~Library() { ares_library_cleanup(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

/// Numbers nobody can foretell, for query IDs (RFC 5452 §4.3).
class RandomIds {
 public:
  std::uint16_t next() {
    if (at_ + 2 > pool_.size()) {
      pool_ = random_bytes(1024);
      at_ = 0;
    }
    const auto high = static_cast<unsigned char>(pool_[at_]);
    const auto low = static_cast<unsigned char>(pool_[at_ + 1]);
    at_ += 2;
    return static_cast<std::uint16_t>(high << 8 | low);
  }

 private:
  std::string pool_;
  std::size_t at_ = 0;
};

struct Question {
  std::string name;
  dns::Type type = dns::Type::A;
  dns::Resolver::Done done;
  std::size_t server = 0;   ///< asked now
  std::size_t servers = 0;  ///< asked so far
  dns::Answer best;         ///< what the servers asked so far came to
};

}  // namespace

/// One c-ares channel: one server, one socket (source port) of its own.
struct Channel {
  CaresResolver::State* owner = nullptr;
  ares_channel channel = nullptr;
  std::unordered_map<int, std::unique_ptr<Poll>> polls;
  std::bitset<65536> ids;
  std::size_t in_flight = 0;

  ~Channel() {
    if (channel != nullptr) ares_destroy(channel);
  }
};

struct Server {
  std::string name;
  std::vector<std::unique_ptr<Channel>> channels;
  std::size_t next = 0;
};

struct CaresResolver::State {
  State(Loop& the_loop, Options the_options)
      : loop(the_loop), options(std::move(the_options)), tick(the_loop) {}

  Library library;
  Loop& loop;
  Options options;
  Timer tick;
  RandomIds random;
  std::vector<Server> servers;
  std::size_t preferred = 0;  ///< index of the server asked first
  std::deque<std::unique_ptr<Question>> waiting;
  std::size_t in_flight = 0;
  std::uint64_t asked = 0;
  bool pumping = false;
  bool pump_posted = false;
  bool closing = false;
  /// Outlived by posted tasks that hold it weakly.
  std::shared_ptr<int> alive = std::make_shared<int>(0);

  Result<void> open(Server& server);
  void watch(Channel& channel, int fd, bool readable, bool writable);
  void schedule();
  void pump();
  void send(std::unique_ptr<Question> question);
  void arrived(std::unique_ptr<Question> question, dns::Answer answer);
  void on_tick();
};

namespace {

/// What ares_send() carries back.
struct Sent {
  CaresResolver::State* state;
  Channel* channel;
  std::uint16_t id;
  std::unique_ptr<Question> question;
};

dns::Answer failure(dns::Status status, std::string detail) {
  dns::Answer answer;
  answer.status = status;
  answer.detail = std::move(detail);
  return answer;
}

dns::Answer judge(int status, const unsigned char* bytes, int length, dns::Type type,
                  const std::string& server) {
  switch (status) {
    case ARES_SUCCESS: {
      auto answer = dns::parse_answer(
          {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)}, type);
      if (!answer.detail.empty()) answer.detail += " (" + server + ")";
      return answer;
    }
    case ARES_ETIMEOUT:
      return failure(dns::Status::Timeout, "no answer from the resolver at " + server);
    case ARES_ECONNREFUSED:
      return failure(dns::Status::Timeout, "no resolver listens at " + server);
    case ARES_EBADRESP:
    case ARES_EFORMERR:
      return failure(dns::Status::Malformed, "the resolver at " + server + " answered nonsense");
    default:
      return failure(dns::Status::Local, std::string(ares_strerror(status)));
  }
}

/// Of two failures the one that says more: an answer before silence.
bool says_more(dns::Status a, dns::Status b) {
  const auto weight = [](dns::Status s) {
    switch (s) {
      case dns::Status::ServFail:
        return 4;
      case dns::Status::Refused:
        return 3;
      case dns::Status::Malformed:
        return 2;
      case dns::Status::Timeout:
        return 1;
      default:
        return 0;
    }
  };
  return weight(a) > weight(b);
}

void on_sent(void* context, int status, int, unsigned char* bytes, int length) {
  const std::unique_ptr<Sent> sent(static_cast<Sent*>(context));
  auto& state = *sent->state;
  sent->channel->ids.reset(sent->id);
  --sent->channel->in_flight;
  --state.in_flight;
  if (state.closing) return;
  auto& question = *sent->question;
  auto answer = judge(status, bytes, length, question.type, state.servers[question.server].name);
  state.arrived(std::move(sent->question), std::move(answer));
}

}  // namespace

Result<void> CaresResolver::State::open(Server& server) {
  // Each try waits twice as long as the one before; together they fill the server's share.
  const auto share = options.timeout / static_cast<long>(servers.size());
  const auto first = share / ((1L << options.tries) - 1);
  for (int i = 0; i < kChannelsPerServer; ++i) {
    auto channel = std::make_unique<Channel>();
    channel->owner = this;
    ares_options ares{};
    // A refusal is an answer of its own here, not a reason for c-ares to go on.
    ares.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    ares.timeout = static_cast<int>(std::max<long>(first.count(), 1));
    ares.tries = options.tries;
    ares.ednspsz = kEdnsBytes;
    ares.sock_state_cb_data = channel.get();
    ares.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
      auto* self = static_cast<Channel*>(data);
      self->owner->watch(*self, fd, readable != 0, writable != 0);
    };
    int status = ares_init_options(&channel->channel, &ares,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                       ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS) {
      status = ares_set_servers_ports_csv(channel->channel, server.name.c_str());
    }
    if (status != ARES_SUCCESS) {
      return fail(ErrorCode::Config, ares_strerror(status), server.name);
    }
    server.channels.push_back(std::move(channel));
  }
  return {};
}

void CaresResolver::State::watch(Channel& channel, int fd, bool readable, bool writable) {
  if (!readable && !writable) {
    channel.polls.erase(fd);
    return;
  }
  auto& poll = channel.polls[fd];
  const int events = (readable ? Poll::kReadable : 0) | (writable ? Poll::kWritable : 0);
  if (poll) {
    (void)poll->change(events);
    return;
  }
  poll = std::make_unique<Poll>(loop, fd);
  // A socket that cannot be watched is met by the tick as silence.
  (void)poll->start(events, [this, raw = channel.channel, fd](int ready, int) {
    ares_process_fd(raw, (ready & Poll::kReadable) != 0 ? fd : ARES_SOCKET_BAD,
                    (ready & Poll::kWritable) != 0 ? fd : ARES_SOCKET_BAD);
    pump();
  });
}

void CaresResolver::State::schedule() {
  if (pump_posted) return;
  pump_posted = true;
  loop.post([this, weak = std::weak_ptr<int>(alive)] {
    if (weak.expired()) return;
    pump_posted = false;
    pump();
  });
}

void CaresResolver::State::pump() {
  // Answers that come from inside a send only add to the queue that is being worked off.
  if (pumping) return;
  pumping = true;
  while (!waiting.empty() && in_flight < options.in_flight) {
    auto question = std::move(waiting.front());
    waiting.pop_front();
    send(std::move(question));
  }
  pumping = false;
  if (in_flight == 0) {
    tick.stop();
  } else if (!tick.active()) {
    tick.start_repeating(kTick, [this] { on_tick(); });
  }
}

void CaresResolver::State::on_tick() {
  for (auto& server : servers) {
    for (auto& channel : server.channels) {
      if (channel->in_flight > 0) {
        ares_process_fd(channel->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      }
    }
  }
  pump();
}

void CaresResolver::State::send(std::unique_ptr<Question> question) {
  if (!dns::fits_wire(question->name) || question->name.find('\0') != std::string::npos) {
    auto answer = failure(dns::Status::Local, "not a name that DNS can be asked about");
    question->done(answer);
    return;
  }
  question->server = (preferred + question->servers) % servers.size();
  ++question->servers;
  Server& server = servers[question->server];
  server.next = (server.next + 1) % server.channels.size();
  Channel& channel = *server.channels[server.next];
  std::uint16_t id = random.next();
  while (channel.ids.test(id)) id = random.next();

  unsigned char* bytes = nullptr;
  int length = 0;
  const int status =
      ares_create_query(escaped(question->name).c_str(), C_IN, static_cast<int>(question->type), id,
                        1, &bytes, &length, kEdnsBytes);
  if (status != ARES_SUCCESS) {
    question->done(failure(dns::Status::Local, ares_strerror(status)));
    return;
  }
  bytes[3] |= 0x20;  // AD: tell us whether you validated (RFC 6840 §5.7)
  channel.ids.set(id);
  ++channel.in_flight;
  ++in_flight;
  ++asked;
  ares_send(channel.channel, bytes, length, on_sent,
            new Sent{this, &channel, id, std::move(question)});
  ares_free_string(bytes);
}

void CaresResolver::State::arrived(std::unique_ptr<Question> question, dns::Answer answer) {
  // Where asking again could help, another server may know better.
  if (!dns::is_temporary(answer.status)) {
    preferred = question->server;
    question->done(answer);
    return;
  }
  if (question->servers == 1 || says_more(answer.status, question->best.status)) {
    question->best = std::move(answer);
  }
  if (question->servers < servers.size()) {
    waiting.push_front(std::move(question));
    schedule();
    return;
  }
  question->done(question->best);
}

Result<std::unique_ptr<CaresResolver>> CaresResolver::create(Loop& loop, const Options& options) {
  auto state = std::make_unique<State>(loop, options);
  std::vector<std::string> names;
  for (const auto& text : options.servers) {
    auto name = parse_server(text);
    if (!name) return tl::unexpected(name.error());
    names.push_back(std::move(*name));
  }
  if (names.empty()) {
    auto found = system_servers();
    if (!found) return tl::unexpected(found.error());
    names = std::move(*found);
  }
  state->options.tries = std::clamp(state->options.tries, 1, 8);
  state->options.in_flight = std::max<std::size_t>(state->options.in_flight, 1);
  state->servers.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    state->servers[i].name = std::move(names[i]);
    if (auto opened = state->open(state->servers[i]); !opened) {
      return tl::unexpected(opened.error());
    }
  }
  return std::unique_ptr<CaresResolver>(new CaresResolver(std::move(state)));
}

CaresResolver::CaresResolver(std::unique_ptr<State> state) : state_(std::move(state)) {}

CaresResolver::~CaresResolver() {
  // Destroying a channel calls back for each question under way.
  state_->closing = true;
  state_->servers.clear();
}

void CaresResolver::query(const std::string& name, dns::Type type, Done done) {
  auto question = std::make_unique<Question>();
  question->name = name;
  question->type = type;
  question->done = std::move(done);
  state_->waiting.push_back(std::move(question));
  if (!state_->pumping) state_->schedule();
}

std::uint64_t CaresResolver::asked() const {
  return state_->asked;
}

std::vector<std::string> CaresResolver::servers() const {
  std::vector<std::string> out;
  for (const auto& server : state_->servers) out.push_back(server.name);
  return out;
}

}  // namespace hagaki::net
