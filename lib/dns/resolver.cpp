#include "dns/resolver.h"

namespace hagaki::dns {

std::string_view status_name(Status status) {
  switch (status) {
    case Status::Ok:
      return "ok";
    case Status::NoData:
      return "nodata";
    case Status::NxDomain:
      return "nxdomain";
    case Status::Refused:
      return "refused";
    case Status::ServFail:
      return "servfail";
    case Status::Timeout:
      return "timeout";
    case Status::Malformed:
      return "malformed";
    case Status::Local:
      return "local";
  }
  return "local";
}

}  // namespace hagaki::dns
