#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "delivery/alarms.h"
#include "delivery/campaign.h"
#include "delivery/door.h"
#include "delivery/group.h"
#include "delivery/item.h"
#include "delivery/lane.h"
#include "delivery/ledger.h"
#include "delivery/port_watch.h"
#include "delivery/routes.h"
#include "delivery/said.h"
#include "delivery/session.h"
#include "delivery/sources.h"
#include "delivery/waiting_room.h"
#include "delivery/watches.h"
#include "net/workers.h"

namespace hagaki::delivery {

/// All lanes and limits are asked again so often.
inline constexpr std::chrono::milliseconds kTick{100};
/// What takes longer is not waited for in a run with a bound (Options::attempts).
inline constexpr std::chrono::milliseconds kSoon = std::chrono::minutes{1};

/// One run of a campaign: takes recipients in, gives them to lanes, brings home what came of them.
class Engine : public SessionOwner {
 public:
  Engine(net::Loop& loop, dns::Resolver& resolver, store::Journal& journal, const Options& options,
         RecipientSource& source, Renderer& renderer, EventSink& sink);
  ~Engine() override;

  Summary run();
  void stop(std::string why);
  [[nodiscard]] const Summary& summary() const { return summary_; }
  [[nodiscard]] std::vector<Crowd> crowds(std::size_t most) const;

 private:
  using milliseconds = std::chrono::milliseconds;

  // engine.cpp: the run as a whole
  bool watch_receivers();
  bool find_policies();
  bool take_up_earlier_run();
  void tick();
  void later(net::Loop::Task task);
  void stop_soon(std::string why);
  void halt(const Error& error, std::string why = "the journal cannot be written");
  void cut_off();
  void maybe_finish();
  void end_run();
  void settle_account();
  [[nodiscard]] std::vector<Session*> all_sessions() const;

  // intake.cpp: from the source and the journal into lanes
  void fill();
  void admit(Recipient recipient);
  void adopt(Recipient recipient, const store::Known& known);
  void skip_duplicate(const Recipient& recipient);
  void take_in(std::unique_ptr<Item> item);
  void route(Item& item);
  void on_route(Item& item, const Route& route);
  void hold(Item& item, const Error& why);
  [[nodiscard]] bool wants_more() const;
  bool enter(Item& item, std::vector<std::shared_ptr<Lane>> lanes, std::shared_ptr<Group> group);
  void place(Item& item);
  bool first_sight(std::uint64_t id);
  void forgive(milliseconds wait);
  void join(Item& item, std::shared_ptr<Group> group);
  void leave(Item& item);
  void drop(Item& item);

  // rendering.cpp: the message of a recipient
  bool render(Item& item);
  bool complete_message(Item& item);
  void finish_message(Item& item);
  void on_finished(std::uint64_t id, std::string data, const Result<void>& result);

  // source_choice.cpp: which of our addresses a recipient is mailed from
  [[nodiscard]] std::vector<std::shared_ptr<Lane>> from_own_source(
      const Item& item, const std::vector<std::shared_ptr<Lane>>& servers);
  [[nodiscard]] bool may_use(Lane& lane);
  bool source_may_go(Lane& lane, store::Allowance::Place& place);
  void put_back_source(const Lane& lane, store::Allowance::Place& place);
  void move_on(Lane& lane);

  // door.cpp: what relays ask for before they take our mail
  void keep_door_open();
  void on_door(const Result<void>& opened);

  // detour.cpp: through a relay to receivers that refuse us
  [[nodiscard]] bool stand_in_works() const;
  [[nodiscard]] std::string detour_of(const std::string& name) const;
  [[nodiscard]] bool takes_detour(const Group& group) const;
  [[nodiscard]] std::vector<std::shared_ptr<Lane>> round_a_block(
      const Item& item, std::vector<std::shared_ptr<Lane>> lanes);
  void go_round(Lane& lane);

  // waiting.cpp: out of memory and back
  [[nodiscard]] bool must_step_aside(const Item& item) const;
  [[nodiscard]] bool has_room(const Group& group) const;
  [[nodiscard]] bool has_way(const Group& queue) const;
  bool find_room(Item& item) const;
  void step_aside(Item& item, const std::shared_ptr<Group>& group);
  void wait_for_retry(Item& item, milliseconds wait);
  void wait_until(milliseconds due, Guest guest);
  Item& item_of(Guest guest);
  void come_back(Guest guest);
  void take_due();
  void take_backlog();
  void arm_retry_timer();
  Guest guest_of(Item& item);
  void cannot_wait(const Error& error);

  // limits.cpp: when somebody may go
  bool window_is_open();
  Turn turn(Lane& lane, Group& group, Throttle::Places& places);
  bool take_of_relay(Lane& lane, Throttle::Places& places);
  bool count_in(Item& item, Lane& lane);
  void count_out(Item& item);
  void count_sent(Item& item);
  void may_go_now(Item& item, bool wanted);
  void wake_at(milliseconds when, Lane& lane, Group* group);
  void arm_gate_timer();
  void wake_due();

  // passes.cpp: who waits at the end of a run with a bound
  void end_pass_if_all_wait();
  bool report_held();
  void hold_for_receiver(Item& item);
  [[nodiscard]] bool waits_long(const Lane& lane) const;

  // receivers.cpp: what answers mean for the others of a receiver
  [[nodiscard]] rules::Moment moment() const;
  void heed(const Item& item, records::DeliveryEvent& event);
  void heed_session(Lane& lane, const smtp::Reply& reply);
  void obey(Group& group);
  void meet(Group& group);
  void see_to_held_relays();
  void listen();

  // outcomes.cpp: what becomes of a try
  void conclude(Item& item, const Said& said, const Where& where);
  void give_back(Item& item, const Said& said, const Where& where);
  void put_back(Item& item);
  void on_cleared(Item& item);
  void clear(Item& item);
  void on_settled(Item& item, const records::DeliveryEvent& event);
  void on_batch_done();
  void intend(Item& item);
  void announce(Item& item, Kind outcome);
  void withdraw(Item& item);
  void on_withdrawn(Item& item);
  [[nodiscard]] bool is_expired(const Item& item) const;
  void give_up(Item& item);
  [[nodiscard]] bool may_try_again(const Item& item) const;

  // serving.cpp: which lanes get their turn, and what they get
  void touch(Lane& lane);
  void serve_touched();
  void serve_soon();
  void serve(Lane& lane);
  void withdraw_cleared(Lane& lane);
  void hurry_for(const Lane& lane);
  [[nodiscard]] bool may_intend(const Lane& lane) const;
  void intend_more(Lane& lane);

  // traffic.cpp: lanes and sessions
  void open_more(Lane& lane);
  void open_session(Lane& lane);
  [[nodiscard]] int most_messages(const Lane& lane) const;
  void hand_out(Session& session);
  static void close_full(Session& session);
  void retire(Session& session);
  void note_policy(Session& session, const net::SmtpRefused& refused, Said& said, Where& where);
  [[nodiscard]] Where where_of(const Lane& lane, const Session* session) const;

  // look_up.cpp: a host's addresses and keys
  void look_up(Lane& lane);
  void on_addresses(Lane& lane, const dns::HostAddresses& found);
  void look_up_tlsa(Lane& lane, const std::string& name, const std::string& then);
  void look_up_done(Lane& lane);
  void look_up_failed(Lane& lane, std::string message, const Where& where);

  // line.cpp: which lanes have sessions
  bool has_turn(Lane& lane);
  bool take_session(Lane& lane);
  [[nodiscard]] bool has_room(const Lane& lane) const;
  [[nodiscard]] bool may_call() const;
  void call(Lane& lane);
  bool call_next();
  void dismiss(Lane& lane);
  void dismiss_idle(Lane& lane);
  [[nodiscard]] bool others_wait() const;
  [[nodiscard]] int most_sessions(const Lane& lane) const;
  void close_unused(Lane& lane);
  void slow_session_close(milliseconds now);

  // lane_trouble.cpp: servers that are down, or want less
  void slow_down(Lane& lane);
  void lane_failed(Lane& lane, const Said& said, const Where& where);
  void redistribute(Lane& lane, const Said& said, const Where& where);
  void give_up_if_hopeless(Lane& lane, const Said& said, const Where& where);
  enum class Passed { On, Later, Nowhere };
  Passed pass_on(Item& item);
  [[nodiscard]] bool is_hopeless(const Lane& lane) const;
  void defer_hopeless(Lane& lane, const Said& said);

  void session_opened(Session& session) override;
  void session_refused(Session& session, const net::SmtpRefused& refused) override;
  void session_event(Session& session, const smtp::Event& event) override;
  void session_ready(Session& session) override;
  void session_over(Session& session, const smtp::Event& last) override;

  net::Loop& loop_;
  store::Journal& journal_;
  const Options& options_;
  RecipientSource& source_;
  Renderer& renderer_;
  Summary summary_;
  net::SmtpConnector connector_;
  dns::Resolver& resolver_;
  std::shared_ptr<Throttles> throttles_;
  Sources sources_;
  Groups groups_;
  std::unique_ptr<PolicyFinder> policies_;  // outlives routes_; null where nobody asks for them
  Routes routes_;
  Ledger ledger_;
  net::Timer tick_;
  net::Timer retry_timer_;
  net::Timer gate_timer_;
  Alarms alarms_;
  milliseconds next_listen_{};
  milliseconds next_tidy_{};
  int times_unheard_ = 0;
  milliseconds window_shut_until_{};  // nobody is tried before
  std::optional<Watches> watches_;    // there while the run goes on

  std::unordered_map<std::uint64_t, std::unique_ptr<Item>> items_;
  WaitingRoom waiting_;
  PortWatch port_watch_;
  Door door_;
  std::vector<std::shared_ptr<Group>> backlogged_;  // groups with a backlog
  std::vector<bool> seen_;                          // by id: came up in this run's input
  std::unordered_set<std::string_view> unplanned_;  // keys of items the journal has not heard of
  std::vector<Lane*> touched_;
  std::vector<std::shared_ptr<Lane>> called_;  // lanes that prepare for their first session
  std::deque<std::weak_ptr<Lane>> wanting_;    // lanes that stand in line to be called
  std::vector<Lane*> unfinished_;              // to be touched when others had their turn
  std::vector<std::unique_ptr<Session>> retired_;
  int sessions_ = 0;
  std::size_t open_intents_ = 0;  // announced to the journal, their outcome not on disk yet
  bool source_done_ = false;
  bool stopping_ = false;
  bool halted_ = false;
  bool giving_up_ = false;  // no relay takes our mail
  bool ending_ = false;
  bool filling_ = false;
  bool serving_soon_ = false;
  milliseconds ending_since_{};
  milliseconds drain_until_{};
  net::Workers finishers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // last: first to go
};

}  // namespace hagaki::delivery
