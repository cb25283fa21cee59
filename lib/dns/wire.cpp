#include "dns/wire.h"

#include <arpa/nameser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dns/ip.h"
#include "dns/names.h"

namespace hagaki::dns {
namespace {

Answer malformed(std::string detail) {
  Answer answer;
  answer.status = Status::Malformed;
  answer.detail = std::move(detail);
  return answer;
}

/// The name at `offset` of the record data, decompressed; nothing when it does not fit.
std::optional<std::string> name_in(const ns_msg& message, const ns_rr& rr, std::size_t offset) {
  if (ns_rr_rdlen(rr) <= offset) return std::nullopt;
  char name[NS_MAXDNAME];
  const auto used = ns_name_uncompress(ns_msg_base(message), ns_msg_end(message),
                                       ns_rr_rdata(rr) + offset, name, sizeof name);
  if (used < 0 || static_cast<std::size_t>(used) + offset > ns_rr_rdlen(rr)) return std::nullopt;
  return normal_name(name);
}

std::optional<std::string> address_in(const ns_rr& rr, bool v6) {
  IpAddress ip;
  ip.v6 = v6;
  if (ns_rr_rdlen(rr) != ip.size()) return std::nullopt;
  std::copy_n(ns_rr_rdata(rr), ip.size(), ip.bytes.begin());
  return ip.text();
}

std::optional<std::string> text_in(const ns_rr& rr) {
  std::string out;
  const unsigned char* at = ns_rr_rdata(rr);
  const unsigned char* end = at + ns_rr_rdlen(rr);
  while (at < end) {
    const std::size_t length = *at++;
    if (length > static_cast<std::size_t>(end - at)) return std::nullopt;
    out.append(reinterpret_cast<const char*>(at), length);
    at += length;
  }
  if (out.size() > kMaxTxtBytes) out.resize(kMaxTxtBytes);
  return out;
}

std::optional<Record> read_record(const ns_msg& message, const ns_rr& rr, Type type) {
  Record record;
  record.ttl = ns_rr_ttl(rr) > 0x7fffffffU ? 0 : ns_rr_ttl(rr);  // RFC 2181 §8
  std::optional<std::string> data;
  switch (type) {
    case Type::A:
      data = address_in(rr, false);
      break;
    case Type::Aaaa:
      data = address_in(rr, true);
      break;
    case Type::Txt:
      data = text_in(rr);
      break;
    case Type::Cname:
    case Type::Ptr:
      data = name_in(message, rr, 0);
      break;
    case Type::Tlsa:
      data.emplace(reinterpret_cast<const char*>(ns_rr_rdata(rr)), ns_rr_rdlen(rr));
      break;
    case Type::Mx:
      if (ns_rr_rdlen(rr) < 3) return std::nullopt;
      record.preference = static_cast<std::uint16_t>(ns_get16(ns_rr_rdata(rr)));
      data = name_in(message, rr, 2);
      break;
  }
  if (!data) return std::nullopt;
  record.data = std::move(*data);
  return record;
}

/// A record of the answer section that may matter: of the asked type, or a CNAME.
struct Found {
  std::string owner;
  bool cname;
  Record record;
};

/// The records that `name` has, which becomes the end of its CNAME chain.
std::vector<Record> follow(std::string& name, std::vector<Found>& found) {
  for (std::size_t links = 0; links < kMaxCnames; ++links) {
    const auto next = std::find_if(found.begin(), found.end(),
                                   [&](const Found& f) { return f.cname && f.owner == name; });
    if (next == found.end()) break;
    name = next->record.data;
  }
  std::vector<Record> out;
  for (auto& f : found) {
    if (!f.cname && f.owner == name && out.size() < kMaxRecords) out.push_back(std::move(f.record));
  }
  return out;
}

std::string code_name(unsigned code) {
  switch (code) {
    case ns_r_formerr:
      return "FORMERR";
    case ns_r_notimpl:
      return "NOTIMP";
    default:
      return "code " + std::to_string(code);
  }
}

}  // namespace

Answer parse_answer(std::string_view response, Type asked) {
  ns_msg message;
  if (response.size() > NS_MAXMSG ||
      ns_initparse(reinterpret_cast<const unsigned char*>(response.data()),
                   static_cast<int>(response.size()), &message) != 0) {
    return malformed("the answer is no DNS message");
  }
  if (ns_msg_getflag(message, ns_f_qr) == 0) return malformed("a question came as the answer");

  Answer answer;
  answer.authenticated = ns_msg_getflag(message, ns_f_ad) != 0;
  const auto code = static_cast<unsigned>(ns_msg_getflag(message, ns_f_rcode));
  switch (code) {
    case ns_r_noerror:
      break;
    case ns_r_nxdomain:
      answer.status = Status::NxDomain;
      return answer;
    case ns_r_refused:
      answer.status = Status::Refused;
      answer.detail = "the resolver refuses the question";
      return answer;
    case ns_r_servfail:
      answer.status = Status::ServFail;
      answer.detail = "the resolver failed (SERVFAIL)";
      return answer;
    default:
      answer.status = Status::ServFail;
      answer.detail = "the resolver answered " + code_name(code);
      return answer;
  }

  ns_rr rr;
  if (ns_msg_count(message, ns_s_qd) != 1 || ns_parserr(&message, ns_s_qd, 0, &rr) != 0) {
    return malformed("the answer repeats no question");
  }
  std::string name = normal_name(ns_rr_name(rr));
  std::vector<Found> found;
  const int count = ns_msg_count(message, ns_s_an);
  for (int i = 0; i < count && found.size() < kMaxRecords + kMaxCnames; ++i) {
    if (ns_parserr(&message, ns_s_an, i, &rr) != 0) return malformed("a record cannot be read");
    const auto type = static_cast<std::uint16_t>(ns_rr_type(rr));
    if (ns_rr_class(rr) != ns_c_in) continue;
    const bool wanted = type == static_cast<std::uint16_t>(asked);
    if (!wanted && type != static_cast<std::uint16_t>(Type::Cname)) continue;
    auto record = read_record(message, rr, wanted ? asked : Type::Cname);
    if (!record) return malformed("a record's data cannot be read");
    found.push_back({normal_name(ns_rr_name(rr)), !wanted, std::move(*record)});
  }
  answer.records = follow(name, found);
  answer.owner = std::move(name);
  if (answer.records.empty() && ns_msg_getflag(message, ns_f_tc) != 0) {
    return malformed("the answer is cut off");
  }
  answer.status = answer.records.empty() ? Status::NoData : Status::Ok;
  return answer;
}

}  // namespace hagaki::dns
