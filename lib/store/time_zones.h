#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"

namespace hagaki::store {

/// The zone of that name in the system's database ("Asia/Tokyo", "UTC"). May be used by several
/// threads. Error::NotFound when there is none, Error::Io when the database cannot be read.
Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name);

/// The zone of this machine, or of the environment's TZ, as it is at the last call.
std::shared_ptr<const TimeZone> local_time_zone();

}  // namespace hagaki::store
