#include "store/time_zones.h"

#include <ctime>
#include <exception>

#include <date/tz.h>

#include "base/text.h"

namespace hagaki::store {
namespace {

class NamedZone : public TimeZone {
 public:
  explicit NamedZone(const date::time_zone* zone) : zone_(zone) {}
  [[nodiscard]] std::chrono::seconds utc_offset(Timestamp t) const override {
    return zone_->get_info(t).offset;
  }

 private:
  const date::time_zone* zone_;  // of the database, which stays as long as the process
};

class SystemZone : public TimeZone {
 public:
  [[nodiscard]] std::chrono::seconds utc_offset(Timestamp t) const override {
    const auto second = std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
    const std::time_t time = second;
    std::tm local{};
    if (!::localtime_r(&time, &local)) return std::chrono::seconds(0);  // a year beyond int
    return std::chrono::seconds(local.tm_gmtoff);
  }
};

}  // namespace

Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name) {
  // The library tells what is wrong by exceptions of one type, and by words.
  try {
    (void)date::get_tzdb();
  } catch (const std::exception& e) {
    return fail(ErrorCode::Io, e.what(), "time zones");
  }
  try {
    const auto* zone = date::locate_zone(name);
    auto found = std::make_shared<const NamedZone>(zone);
    (void)found->utc_offset({});  // reads the file, which may be damaged
    return found;
  } catch (const std::exception&) {
    return fail(ErrorCode::NotFound,
                "no such time zone \"" + printable(name) + "\"; names are like Asia/Tokyo");
  }
}

std::shared_ptr<const TimeZone> local_time_zone() {
  ::tzset();
  return std::make_shared<const SystemZone>();
}

}  // namespace hagaki::store
