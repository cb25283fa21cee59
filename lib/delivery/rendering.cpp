#include <memory>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {

/// Makes what has to be there of this try's message before a session has room for it. False when
/// that failed and the item is held.
bool Engine::render(Item& item) {
  auto message = renderer_.begin(item.recipient);
  if (!message) {
    hold(item, message.error());
    return false;
  }
  item.message = std::move(*message);
  item.size = item.message.data.size();
  return true;
}

/// And the rest, also of a try that came back and has given its message away. False as above.
bool Engine::complete_message(Item& item) {
  if (auto done = renderer_.complete(item.recipient, item.message); !done) {
    hold(item, done.error());
    return false;
  }
  item.size = item.message.data.size();
  return true;
}

/// Hands what is left to do, and the message's data, to another thread; on_finished() brings the
/// data back.
void Engine::finish_message(Item& item) {
  if (!item.message.finish) return;
  struct Work {
    std::string data;
    std::function<Result<void>(std::string&)> finish;
    Result<void> result;
  };
  item.finishing = true;
  auto work = std::make_shared<Work>();
  work->data = std::move(item.message.data);
  work->finish = std::move(item.message.finish);
  item.message.data.clear();
  item.message.finish = nullptr;
  finishers_.run(
      [work] { work->result = work->finish(work->data); },
      [this, id = item.id, work] { on_finished(id, std::move(work->data), work->result); });
}

void Engine::on_finished(std::uint64_t id, std::string data, const Result<void>& result) {
  const auto it = items_.find(id);
  if (it == items_.end() || halted_) return;
  Item& item = *it->second;
  item.finishing = false;
  if (item.stage == Item::Stage::Settling) return;  // withdrawn meanwhile
  Lane& lane = *item.lanes[item.lane];
  if (!result) {
    --lane.intended;
    hold(item, result.error());
    touch(lane);
  } else {
    item.message.data = std::move(data);
    item.size = item.message.data.size();
    if (item.stage == Item::Stage::Finishing) clear(item);
  }
  serve_soon();
}

}  // namespace hagaki::delivery
