// What holds for every DNS answer, however broken: see require() for each promise. The first octet
// chooses the type that was asked for, the rest is the message, as an answer about "d.example".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "check.h"
#include "dns/ip.h"
#include "dns/mail_hosts.h"
#include "dns/names.h"
#include "dns/wire.h"

using namespace hagaki;

namespace {

void check_records(const dns::Answer& answer, dns::Type type) {
  require(answer.records.size() <= dns::kMaxRecords, "records are bounded");
  for (const auto& record : answer.records) {
    require(record.ttl <= 0x7fffffffU, "a TTL has 31 bits");
    switch (type) {
      case dns::Type::A:
      case dns::Type::Aaaa: {
        const auto ip = dns::parse_ip(record.data);
        require(ip && ip->v6 == (type == dns::Type::Aaaa), "an address is one");
        break;
      }
      case dns::Type::Txt:
        require(record.data.size() <= dns::kMaxTxtBytes, "texts are bounded");
        break;
      case dns::Type::Mx:
        require(record.data.find('\0') == std::string::npos, "a name has its octets escaped");
        break;
      default:
        break;
    }
  }
}

void check_judgement(const dns::Answer& answer) {
  const auto mx = dns::judge_mx(answer);
  require((mx.status == dns::MxStatus::Ok) == !mx.hosts.empty(), "ok has a host, others none");
  for (std::size_t i = 0; i < mx.hosts.size(); ++i) {
    require(dns::check_name(mx.hosts[i].host).has_value(), "a host has a host's name");
    require(!dns::is_localhost(mx.hosts[i].host), "no host is this machine by its name");
    require(i == 0 || mx.hosts[i - 1].preference <= mx.hosts[i].preference, "the best comes first");
  }
  const bool dead = mx.status == dns::MxStatus::NoDomain || mx.status == dns::MxStatus::NullMx;
  require(!dead || answer.status == dns::Status::Ok || answer.status == dns::Status::NxDomain,
          "no failure is a verdict");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr dns::Type kTypes[] = {dns::Type::Mx,  dns::Type::A,    dns::Type::Aaaa, dns::Type::Txt,
                                  dns::Type::Ptr, dns::Type::Tlsa, dns::Type::Cname};
  const auto type = kTypes[data[0] % std::size(kTypes)];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto answer = dns::parse_answer(bytes, type, "d.example");
  require((answer.status == dns::Status::Ok) == !answer.records.empty(), "ok has records");
  require(answer.negative_ttl <= dns::kMaxNegativeTtl, "an hour at most");
  const bool none = answer.status == dns::Status::NoData || answer.status == dns::Status::NxDomain;
  require(none || answer.negative_ttl == 0, "only what is not there lasts as such");
  if (none || answer.status == dns::Status::Ok) {
    require(bytes.size() >= 12 + 11 + 4 && (bytes[2] & 0x80) != 0,
            "an answer repeats the question");
    require(dns::parse_answer(bytes, type, "e.example").status == dns::Status::Malformed,
            "it answers no other");
  }
  check_records(answer, type);
  if (type == dns::Type::Mx) check_judgement(answer);
  return 0;
}
