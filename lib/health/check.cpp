#include "health/check.h"

#include <utility>

#include "base/text.h"
#include "health/state.h"

namespace hagaki::health {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Ok:
      return "ok";
    case Verdict::Warning:
      return "warning";
    case Verdict::Error:
      return "error";
    case Verdict::Unknown:
      break;
  }
  return "unknown";
}

std::size_t State::open(std::string check, std::string query, std::string name) {
  Item item;
  item.check = std::move(check);
  item.query = std::move(query);
  item.name = std::move(name);
  items.push_back(std::move(item));
  ++waiting;
  return items.size() - 1;
}

void State::close(std::size_t at, Verdict verdict, std::string id, const std::string& detail) {
  Item& item = items[at];
  item.verdict = verdict;
  item.id = std::move(id);
  // What DNS says is somebody else's text, of any length.
  const auto text = printable(utf8_prefix(detail, kMostDetail));
  item.detail = utf8_prefix(text, kMostDetail);
  if (--waiting == 0) done(std::move(items));
}

void examine(dns::Resolver& resolver, Sender sender, Done done) {
  const auto state = std::make_shared<State>(resolver, std::move(sender), std::move(done));
  state->resolver.look([state] {
    // Nothing is done before all are open.
    ++state->waiting;
    check_addresses(state);
    check_authentication(state);
    check_records(state);
    if (--state->waiting == 0) state->done(std::move(state->items));
  });
}

}  // namespace hagaki::health
