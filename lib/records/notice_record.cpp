#include "records/notice_record.h"

#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "records/object.h"

namespace hagaki::records {

std::string_view event_name(Notice::Event event) {
  constexpr std::array<std::string_view, 6> kNames = {"blocked", "flood",    "content",
                                                      "slowed",  "released", "stopped"};
  return kNames.at(static_cast<std::size_t>(event));
}

std::string to_record(const Notice& notice) {
  Object out;
  out.add("type", "notice").add("v", 1).add("event", event_name(notice.event));
  out.add("campaign", notice.campaign).add("provider", notice.provider);
  out.add("source_ip", notice.source_ip).add("time", notice.time);
  out.add("since", notice.since).add("against", notice.against).add("answers", notice.answers);
  if (notice.code > 0) out.add("code", notice.code);
  out.add("status", notice.status);
  out.add("diagnostic",
          utf8_prefix(squeeze(to_valid_utf8(notice.diagnostic)), limits::kDiagnostic));
  out.add("reason", notice.reason).add("delist_url", notice.delist_url);
  out.add("until", notice.until).add("relay", notice.relay);
  out.add("cause", notice.cause).add("remedy", notice.remedy);
  return out.line();
}

}  // namespace hagaki::records
