#include "net/cares_channel.h"

#include <ares_nameser.h>

#include <algorithm>
#include <utility>

#include "dns/wire.h"

namespace hagaki::net {
namespace {

constexpr int kEdnsBytes = 1232;  ///< the size that does not fragment on common paths

/// `name` as c-ares reads it: a backslash stands before what is meant as it is.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '\\') out += c;
    out += c;
  }
  return out;
}

dns::Answer failure(dns::Status status, std::string detail) {
  dns::Answer answer;
  answer.status = status;
  answer.detail = std::move(detail);
  return answer;
}

dns::Answer judge(int status, const unsigned char* bytes, int length, const DnsQuestion& question,
                  const std::string& server) {
  switch (status) {
    case ARES_SUCCESS: {
      auto answer = dns::parse_answer(
          {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)}, question.type,
          question.name);
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

}  // namespace

/// What ares_send() carries back.
struct CaresChannel::Sent {
  CaresChannel* channel;
  std::uint16_t id;
  std::unique_ptr<DnsQuestion> question;
};

Result<std::unique_ptr<CaresChannel>> CaresChannel::open(Loop& loop, const Setup& setup) {
  std::unique_ptr<CaresChannel> out(new CaresChannel(loop, setup));
  ares_options ares{};
  // A refusal is an answer of its own here, not a reason for c-ares to go on. Without STAYOPEN a
  // port is given back with the last open question.
  ares.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  ares.timeout = static_cast<int>(std::max<long>(setup.first.count(), 1));
  ares.tries = setup.tries;
  ares.ednspsz = kEdnsBytes;
  ares.sock_state_cb_data = out.get();
  ares.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
    static_cast<CaresChannel*>(data)->watch(fd, readable != 0, writable != 0);
  };
  int status = ares_init_options(&out->channel_, &ares,
                                 ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                     ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB);
  if (status == ARES_SUCCESS) {
    status = ares_set_servers_ports_csv(out->channel_, setup.server.c_str());
  }
  if (status != ARES_SUCCESS) return fail(ErrorCode::Config, ares_strerror(status), setup.server);
  return out;
}

CaresChannel::~CaresChannel() {
  // Destroying a channel calls back for each open question.
  closing_ = true;
  if (channel_ != nullptr) ares_destroy(channel_);
}

void CaresChannel::watch(int fd, bool readable, bool writable) {
  if (!readable && !writable) {
    polls_.erase(fd);
    if (polls_.empty()) from_port_ = 0;
    return;
  }
  auto& poll = polls_[fd];
  const int events = (readable ? Poll::kReadable : 0) | (writable ? Poll::kWritable : 0);
  if (poll) {
    (void)poll->change(events);
    return;
  }
  poll = std::make_unique<Poll>(loop_, fd);
  // A socket that cannot be watched is met by the tick as silence.
  (void)poll->start(events, [this, fd](int ready, int) {
    ares_process_fd(channel_, (ready & Poll::kReadable) != 0 ? fd : ARES_SOCKET_BAD,
                    (ready & Poll::kWritable) != 0 ? fd : ARES_SOCKET_BAD);
    setup_.idle();
  });
}

void CaresChannel::tick() {
  if (open_ > 0) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void CaresChannel::send(std::unique_ptr<DnsQuestion> question, std::uint16_t id) {
  unsigned char* bytes = nullptr;
  int length = 0;
  const std::string& name = question->name;
  const bool plain = name.find('\\') == std::string::npos;
  const int status =
      ares_create_query(plain ? name.c_str() : escaped(name).c_str(), C_IN,
                        static_cast<int>(question->type), id, 1, &bytes, &length, kEdnsBytes);
  if (status != ARES_SUCCESS) {
    setup_.answered(std::move(question), failure(dns::Status::Local, ares_strerror(status)), 0);
    return;
  }
  bytes[3] |= 0x20;  // AD: tell us whether you validated (RFC 6840 §5.7)
  ids_.set(id);
  ++open_;
  ++from_port_;
  ares_send(channel_, bytes, length, &CaresChannel::on_answer,
            new Sent{this, id, std::move(question)});
  ares_free_string(bytes);
}

void CaresChannel::on_answer(void* context, int status, int timeouts, unsigned char* bytes,
                             int length) {
  const std::unique_ptr<Sent> sent(static_cast<Sent*>(context));
  auto& channel = *sent->channel;
  channel.ids_.reset(sent->id);
  --channel.open_;
  if (channel.closing_) return;
  auto answer = judge(status, bytes, length, *sent->question, channel.setup_.server);
  // The last wait of a question that nobody answered was for no repetition.
  const int repeats = std::max(timeouts - (status == ARES_ETIMEOUT ? 1 : 0), 0);
  channel.setup_.answered(std::move(sent->question), std::move(answer), repeats);
}

}  // namespace hagaki::net
