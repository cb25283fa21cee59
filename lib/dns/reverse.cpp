#include "dns/reverse.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "dns/lookup.h"
#include "dns/query_form.h"

namespace hagaki::dns {
namespace {

/// Names of one address that are looked at.
constexpr std::size_t kMostNames = 10;

struct Confirmation {
  ReverseNames out;
  std::size_t open = 0;
  std::string failure;
  ReverseNamesDone done;
};

void on_addresses(Confirmation& state, const IpAddress& ip, const std::string& name,
                  const HostAddresses& found) {
  if (std::find(found.addresses.begin(), found.addresses.end(), ip) != found.addresses.end()) {
    state.out.confirmed.push_back(name);
  } else if (is_temporary(found.status)) {
    state.failure = name + ": " + explain(found.status, found.detail);
  }
  if (--state.open > 0) return;
  using Standing = ReverseNames::Standing;
  state.out.standing = Standing::Mismatch;
  if (!state.failure.empty()) state.out.standing = Standing::Unknown;
  if (!state.out.confirmed.empty()) state.out.standing = Standing::Confirmed;
  if (state.out.standing == Standing::Unknown) state.out.detail = state.failure;
  state.done(state.out);
}

}  // namespace

void find_reverse_names(Resolver& resolver, const IpAddress& ip, ReverseNamesDone done) {
  resolver.query(ptr_name(ip), Type::Ptr,
                 [&resolver, ip, done = std::move(done)](const Answer& answer) {
                   auto state = std::make_shared<Confirmation>();
                   if (is_temporary(answer.status)) {
                     state->out.detail = explain(answer.status, answer.detail);
                     return done(state->out);
                   }
                   auto& names = state->out.names;
                   for (const auto& record : answer.records) {
                     if (!record.data.empty() && names.size() < kMostNames)
                       names.push_back(record.data);
                   }
                   if (names.empty()) {
                     state->out.standing = ReverseNames::Standing::Missing;
                     return done(state->out);
                   }
                   state->open = names.size();
                   state->done = done;
                   const auto asked = names;  // the state may change while they are asked
                   for (const auto& name : asked) {
                     find_addresses(resolver, name, [state, ip, name](const HostAddresses& found) {
                       on_addresses(*state, ip, name, found);
                     });
                   }
                 });
}

}  // namespace hagaki::dns
