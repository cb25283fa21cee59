#include "delivery/waiting_room.h"

#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Times are kept to the second, so that there are few queues.
constexpr milliseconds kStep{1'000};

struct Numbers {
  std::uint64_t id = 0;
  std::int64_t first_at = 0;
  std::int32_t attempt = 0;
  std::int32_t tries = 0;
  std::array<std::uint32_t, 4> sizes{};  // of the texts behind
};

std::string to_bytes(const Guest& guest) {
  const Recipient& who = guest.recipient;
  const std::array<std::string_view, 4> texts{who.address.text(), who.original_line, who.provider,
                                              who.consent ? *who.consent : std::string_view()};
  Numbers numbers{
      guest.id, guest.first_at.time_since_epoch().count(), guest.attempt, guest.tries, {}};
  std::size_t size = sizeof numbers;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    numbers.sizes[i] = static_cast<std::uint32_t>(texts[i].size());
    size += texts[i].size();
  }
  std::string bytes;
  bytes.reserve(size);
  bytes.append(reinterpret_cast<const char*>(&numbers), sizeof numbers);
  for (const auto text : texts) bytes += text;
  return bytes;
}

}  // namespace

Result<void> WaitingRoom::wait_until(milliseconds due, Guest guest) {
  if (few_.size() < in_memory_) {
    few_.emplace(due, std::move(guest));
    return {};
  }
  const auto step = (due + kStep - milliseconds{1}) / kStep * kStep;
  const auto it = by_time_.try_emplace(step).first;
  auto pushed = spool_.push(it->second, to_bytes(guest));
  if (pushed) ++on_disk_;
  if (it->second.count == 0) by_time_.erase(it);
  return pushed;
}

Result<void> WaitingRoom::wait_for(Group& group, const Guest& guest) {
  return spool_.push(group.backlog, to_bytes(guest));
}

Result<std::optional<Guest>> WaitingRoom::next_due(milliseconds now) {
  if (!few_.empty() && few_.begin()->first <= now) {
    auto guest = std::move(few_.begin()->second);
    few_.erase(few_.begin());
    return std::optional<Guest>(std::move(guest));
  }
  if (by_time_.empty() || by_time_.begin()->first > now) return std::optional<Guest>();
  const auto it = by_time_.begin();
  auto guest = take(it->second);
  if (guest) --on_disk_;
  if (it->second.count == 0) by_time_.erase(it);
  return guest;
}

Result<std::optional<Guest>> WaitingRoom::next_of(Group& group) {
  return take(group.backlog);
}

std::optional<milliseconds> WaitingRoom::earliest() const {
  std::optional<milliseconds> first;
  if (!few_.empty()) first = few_.begin()->first;
  if (!by_time_.empty() && (!first || by_time_.begin()->first < *first)) {
    first = by_time_.begin()->first;
  }
  return first;
}

Result<std::optional<Guest>> WaitingRoom::take(store::Spool::Queue& queue) {
  const auto bytes = spool_.pop(queue);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  if (!*bytes) return std::optional<Guest>();
  Numbers numbers;
  std::memcpy(&numbers, (*bytes)->data(), sizeof numbers);
  std::array<std::string, 4> texts;
  std::size_t at = sizeof numbers;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = (*bytes)->substr(at, numbers.sizes[i]);
    at += numbers.sizes[i];
  }
  auto address = Address::parse(texts[0]);
  if (!address) return tl::unexpected<Error>(address.error());
  Guest guest{{std::move(*address), std::move(texts[1]), std::move(texts[2]), {}}};
  guest.id = numbers.id;
  guest.first_at = Timestamp(milliseconds(numbers.first_at));
  guest.attempt = numbers.attempt;
  guest.tries = numbers.tries;
  if (!texts[3].empty()) guest.recipient.consent = shared(std::move(texts[3]));
  return std::optional<Guest>(std::move(guest));
}

std::shared_ptr<const std::string> WaitingRoom::shared(std::string consent) {
  if (!consent_ || *consent_ != consent) {
    consent_ = std::make_shared<const std::string>(std::move(consent));
  }
  return consent_;
}

}  // namespace hagaki::delivery
