#include "net/cares_resolver.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/digest.h"
#include "dns/lookup.h"
#include "dns/names.h"
#include "net/cares_channel.h"
#include "net/loop.h"
#include "net/query_rate.h"
#include "net/question_window.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kPorts = 16;              ///< of each server, at once
constexpr std::size_t kFewPorts = 4;            ///< while few questions are open
constexpr std::size_t kOpenPerPort = 24;        ///< open questions that make one more worth while
constexpr std::size_t kQuestionsPerPort = 256;  ///< then it is given back
constexpr std::size_t kMostResting = 64;        ///< channels whose last answers are awaited
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

dns::Answer failure(dns::Status status, std::string detail) {
  dns::Answer answer;
  answer.status = status;
  answer.detail = std::move(detail);
  return answer;
}

bool is_askable(const std::string& name) {
  return dns::fits_wire(name) && name.find('\0') == std::string::npos;
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

/// A resolver, and the channels to it. Who finds out a port may forge answers to what is asked from
/// it: so a channel that has asked enough rests until its last answers are there and its port is
/// given back, and another takes its place.
struct Server {
  CaresChannel::Setup setup;
  std::array<std::unique_ptr<CaresChannel>, kPorts> channels;
  std::vector<std::unique_ptr<CaresChannel>> resting;
  std::size_t next = 0;

  /// Opens the first channel. The others are opened when they are needed: that takes a tenth of a
  /// millisecond each, which nobody should wait for before the first question.
  Result<void> open(Loop& loop) {
    auto opened = CaresChannel::open(loop, setup);
    if (!opened) return tl::unexpected(opened.error());
    channels[0] = std::move(*opened);
    return {};
  }

  /// The channel for one more question, `in_flight` being open. A port is given back with its last
  /// open question: over many ports few questions would mean a new port for hardly more than each.
  CaresChannel& pick(Loop& loop, std::size_t in_flight) {
    const auto ports = std::clamp(in_flight / kOpenPerPort, kFewPorts, kPorts);
    const auto at = next;
    next = (next + 1) % ports;
    auto& channel = channels[at];
    if (!channel) {
      auto opened = CaresChannel::open(loop, setup);
      if (!opened) return *channels[0];  // descriptors are short
      channel = std::move(*opened);
    }
    if (channel->from_port() >= kQuestionsPerPort) replace(channel, loop);
    return *channel;
  }

  void replace(std::unique_ptr<CaresChannel>& channel, Loop& loop) {
    const auto rested = std::find_if(resting.begin(), resting.end(), [](const auto& other) {
      return other->open_questions() == 0;
    });
    if (rested != resting.end()) {
      std::swap(*rested, channel);
      return;
    }
    // Where silence keeps many from their rest, or descriptors are short, one goes on as it is.
    if (resting.size() >= kMostResting) return;
    auto opened = CaresChannel::open(loop, setup);
    if (!opened) return;
    resting.push_back(std::exchange(channel, std::move(*opened)));
  }

  void tick() {
    for (auto& channel : channels) {
      if (channel) channel->tick();
    }
    for (auto& channel : resting) channel->tick();
  }
};

}  // namespace

struct CaresResolver::State {
  State(Loop& the_loop, Options the_options)
      : loop(the_loop),
        options(std::move(the_options)),
        rate(options.rate),
        tick(the_loop),
        pause(the_loop) {}

  Library library;
  Loop& loop;
  Options options;
  QueryRate rate;
  QuestionWindow window{1, {}};  ///< set by create()
  Timer tick;
  Timer pause;  ///< until the rate lets the next one go
  RandomIds random;
  std::deque<std::unique_ptr<DnsQuestion>> waiting;
  std::size_t preferred = 0;  ///< index of the server asked first
  std::size_t in_flight = 0;
  std::uint64_t asked = 0;
  bool pumping = false;
  bool pump_posted = false;
  /// Outlived by posted tasks that hold it weakly.
  std::shared_ptr<int> alive = std::make_shared<int>(0);
  std::vector<Server> servers;  ///< goes first: channels call back

  void schedule();
  void pump();
  void refill();
  void send(std::unique_ptr<DnsQuestion> question);
  void arrived(std::unique_ptr<DnsQuestion> question, dns::Answer answer);
  void note(const DnsQuestion& question, const dns::Answer& answer, int repeats);
  void on_tick();
};

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
  while (!waiting.empty() && in_flight < window.size() && !pause.active()) {
    const bool askable = is_askable(waiting.front()->name);
    if (askable && !rate.take(loop.now())) {
      pause.start(rate.wait(), [this] { pump(); });
      break;
    }
    auto question = std::move(waiting.front());
    waiting.pop_front();
    if (askable) {
      send(std::move(question));
    } else {
      question->done(failure(dns::Status::Local, "not a name that DNS can be asked about"));
    }
  }
  pumping = false;
  if (in_flight == 0) {
    tick.stop();
  } else if (!tick.active()) {
    tick.start_repeating(kTick, [this] { on_tick(); });
  }
}

/// Asks anew once a fourth of the places is free, so that questions leave and answers are read
/// many at a time; the tick fills what is left free.
void CaresResolver::State::refill() {
  if (in_flight <= window.size() - window.size() / 4) pump();
}

void CaresResolver::State::on_tick() {
  for (auto& server : servers) server.tick();
  pump();
}

void CaresResolver::State::send(std::unique_ptr<DnsQuestion> question) {
  question->server = (preferred + question->servers) % servers.size();
  ++question->servers;
  CaresChannel& channel = servers[question->server].pick(loop, in_flight);
  std::uint16_t id = random.next();
  while (channel.has(id)) id = random.next();
  ++in_flight;
  ++asked;
  question->sent_at = loop.now();
  channel.send(std::move(question), id);
}

void CaresResolver::State::note(const DnsQuestion& question, const dns::Answer& answer,
                                int repeats) {
  if (answer.status == dns::Status::Timeout) return;
  window.answered(repeats > 0, loop.now() - question.sent_at, loop.now());
}

void CaresResolver::State::arrived(std::unique_ptr<DnsQuestion> question, dns::Answer answer) {
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
  // Each try waits twice as long as the one before; together they fill the server's share.
  const auto share = options.timeout / static_cast<long>(names.size());
  const auto first_wait = share / ((1L << state->options.tries) - 1);
  state->window = QuestionWindow(std::max<std::size_t>(options.in_flight, 1), first_wait);
  state->servers.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    state->servers[i].setup = {.server = std::move(names[i]),
                               .first = first_wait,
                               .tries = state->options.tries,
                               .answered =
                                   [raw = state.get()](std::unique_ptr<DnsQuestion> question,
                                                       dns::Answer answer, int repeats) {
                                     --raw->in_flight;
                                     raw->rate.charge(repeats);
                                     raw->note(*question, answer, repeats);
                                     raw->arrived(std::move(question), std::move(answer));
                                   },
                               .idle = [raw = state.get()] { raw->refill(); }};
    if (auto opened = state->servers[i].open(loop); !opened) {
      return tl::unexpected(opened.error());
    }
  }
  return std::unique_ptr<CaresResolver>(new CaresResolver(std::move(state)));
}

CaresResolver::CaresResolver(std::unique_ptr<State> state) : state_(std::move(state)) {}

CaresResolver::~CaresResolver() = default;

void CaresResolver::query(const std::string& name, dns::Type type, Done done) {
  auto question = std::make_unique<DnsQuestion>();
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
  for (const auto& server : state_->servers) out.push_back(server.setup.server);
  return out;
}

}  // namespace hagaki::net
