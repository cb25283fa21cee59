#include "dnsbl/zone_count.h"

namespace hagaki::dnsbl {

void ZoneCount::add(Outcome outcome) {
  switch (outcome) {
    case Outcome::Listed:
      ++listed;
      break;
    case Outcome::NotListed:
      ++not_listed;
      break;
    case Outcome::Refused:
      ++refused;
      break;
    case Outcome::Error:
      ++errors;
      break;
    case Outcome::Timeout:
      ++timeouts;
      break;
  }
}

}  // namespace hagaki::dnsbl
