#pragma once

#include <string>
#include <string_view>

#include "records/notice_record.h"
#include "rules/bounce_limit.h"
#include "rules/receiver_watch.h"

namespace hagaki::rules {

/// Writes the notices of one campaign, in one language ("ja" is Japanese, any other English). A
/// `receiver` is a watched_name().
class NoticeWriter {
 public:
  NoticeWriter(std::string campaign, std::string language)
      : campaign_(std::move(campaign)), language_(std::move(language)) {}

  /// A receiver's mail is held from now on; where it refuses us and `relay` is not empty, it goes
  /// through the relay of that name instead.
  [[nodiscard]] records::Notice held(std::string_view receiver, const Hold& hold,
                                     std::string_view relay = {}) const;
  /// It is sent to more slowly after this answer.
  [[nodiscard]] records::Notice slowed(std::string_view receiver, const Observation& seen) const;
  /// A hold is over.
  [[nodiscard]] records::Notice released(std::string_view receiver, Timestamp now) const;
  /// The campaign met too many dead addresses.
  [[nodiscard]] records::Notice stopped(const BounceWatch& bounces, Timestamp now) const;

 private:
  [[nodiscard]] records::Notice begin(records::Notice::Event event, std::string_view receiver,
                                      Timestamp now) const;
  [[nodiscard]] std::string text(std::string_view table, std::string_view what) const;
  std::string campaign_;
  std::string language_;
};

/// A notice in one English line, for standard error; what a server said is printable in it.
std::string notice_line(const records::Notice& notice);

}  // namespace hagaki::rules
