#include "dns/wire.h"

#include <arpa/nameser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
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

/// The records that `name` has, which becomes the end of its CNAME chain; `links` counts that.
std::vector<Record> follow(std::string& name, std::vector<Found>& found, std::size_t& links) {
  std::uint32_t ttl = UINT32_MAX;
  for (links = 0; links < kMaxCnames; ++links) {
    const auto next = std::find_if(found.begin(), found.end(),
                                   [&](const Found& f) { return f.cname && f.owner == name; });
    if (next == found.end()) break;
    name = next->record.data;
    ttl = std::min(ttl, next->record.ttl);
  }
  std::vector<Record> out;
  for (auto& f : found) {
    if (f.cname || f.owner != name || out.size() >= kMaxRecords) continue;
    f.record.ttl = std::min(f.record.ttl, ttl);
    out.push_back(std::move(f.record));
  }
  return out;
}

/// Whether the message asks for `name` and `type` and nothing else, as it would repeat ours.
bool repeats_question(const ns_msg& message, std::string_view name, Type type) {
  if (ns_msg_count(message, ns_s_qd) != 1) return false;
  if (name.ends_with('.')) name.remove_suffix(1);
  const unsigned char* at = ns_msg_base(message) + NS_HFIXEDSZ;
  const unsigned char* const end = ns_msg_end(message);
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto dot = std::min(name.find('.', begin), name.size());
    const auto label = name.substr(begin, dot - begin);
    // The first name of a message has nothing before it to point at.
    if (at == end || *at != label.size() || static_cast<std::size_t>(end - at) <= label.size()) {
      return false;
    }
    const auto* octets = reinterpret_cast<const char*>(at + 1);
    if (!ascii_iequals({octets, label.size()}, label)) return false;
    at += 1 + label.size();
    begin = dot + 1;
  }
  return end - at >= 5 && *at == 0 && ns_get16(at + 1) == static_cast<unsigned>(type) &&
         ns_get16(at + 3) == ns_c_in;
}

/// The upper bits of the response code, which only an OPT record has.
unsigned upper_code(ns_msg& message) {
  ns_rr rr;
  for (int i = 0; i < ns_msg_count(message, ns_s_ar); ++i) {
    if (ns_parserr(&message, ns_s_ar, i, &rr) != 0) return 0;
    if (ns_rr_type(rr) == ns_t_opt) return ns_rr_ttl(rr) >> 24;
  }
  return 0;
}

/// How long "there is none" holds: the SOA of the authority section says (RFC 2308 §5). 0 where
/// none does, or one of a zone that `name` is not in.
std::uint32_t negative_ttl(ns_msg& message, const std::string& name) {
  ns_rr rr;
  for (int i = 0; i < ns_msg_count(message, ns_s_ns); ++i) {
    if (ns_parserr(&message, ns_s_ns, i, &rr) != 0) return 0;
    if (ns_rr_type(rr) != ns_t_soa || ns_rr_class(rr) != ns_c_in) continue;
    const std::string zone = normal_name(ns_rr_name(rr));
    if (!zone.empty() && name != zone && !name.ends_with('.' + zone)) return 0;
    // Its last number, whatever the two names before it.
    if (ns_rr_rdlen(rr) < 22) return 0;
    const auto least = static_cast<std::uint32_t>(ns_get32(ns_rr_rdata(rr) + ns_rr_rdlen(rr) - 4));
    const std::uint32_t ttl = std::min<std::uint32_t>(ns_rr_ttl(rr), least);
    return ttl > 0x7fffffffU ? 0 : std::min(ttl, kMaxNegativeTtl);
  }
  return 0;
}

/// Whether an empty answer says that there is none. A referral does not (RFC 2308 §2.2), nor a
/// server that neither knows the zone nor asks for us.
bool says_none(ns_msg& message) {
  bool refers = false;
  ns_rr rr;
  for (int i = 0; i < ns_msg_count(message, ns_s_ns); ++i) {
    if (ns_parserr(&message, ns_s_ns, i, &rr) != 0) break;
    if (ns_rr_type(rr) == ns_t_soa) return true;
    refers = refers || ns_rr_type(rr) == ns_t_ns;
  }
  if (refers) return false;
  return ns_msg_getflag(message, ns_f_aa) != 0 || ns_msg_getflag(message, ns_f_ra) != 0;
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

Answer parse_answer(std::string_view response, Type asked, std::string_view name) {
  ns_msg message;
  if (response.size() > NS_MAXMSG ||
      ns_initparse(reinterpret_cast<const unsigned char*>(response.data()),
                   static_cast<int>(response.size()), &message) != 0) {
    return malformed("the answer is no DNS message");
  }
  if (ns_msg_getflag(message, ns_f_qr) == 0) return malformed("a question came as the answer");
  if (ns_msg_getflag(message, ns_f_opcode) != ns_o_query) {
    return malformed("the answer is to something else");
  }

  Answer answer;
  answer.authenticated = ns_msg_getflag(message, ns_f_ad) != 0;
  const auto code = static_cast<unsigned>(ns_msg_getflag(message, ns_f_rcode)) | upper_code(message)
                                                                                     << 4;
  switch (code) {
    case ns_r_noerror:
    case ns_r_nxdomain:
      break;
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
  if (!repeats_question(message, name, asked) || ns_parserr(&message, ns_s_qd, 0, &rr) != 0) {
    return malformed("the answer is to another question");
  }
  answer.owner = normal_name(ns_rr_name(rr));  // escaped as those of the records are
  std::vector<Found> found;
  const int count = ns_msg_count(message, ns_s_an);
  found.reserve(std::min<std::size_t>(static_cast<std::size_t>(count), 8));
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
  std::size_t links = 0;
  answer.records = follow(answer.owner, found, links);
  if (links == kMaxCnames) return malformed("aliases lead in a circle, or too far");
  if (code == ns_r_nxdomain) {
    if (!answer.records.empty()) return malformed("the answer has records of what is not there");
    answer.status = Status::NxDomain;
  } else if (!answer.records.empty()) {
    answer.status = Status::Ok;
    return answer;
  } else if (ns_msg_getflag(message, ns_f_tc) != 0) {
    return malformed("the answer is cut off");
  } else if (!found.empty() && links == 0) {
    return malformed("the answer is about something else");
  } else if (!says_none(message)) {
    answer.status = Status::ServFail;
    answer.detail = "the server refers to others: it resolves nothing";
    return answer;
  } else {
    answer.status = Status::NoData;
  }
  // Of an alias nothing is kept: its own time and that of what it leads to are two.
  if (links == 0) answer.negative_ttl = negative_ttl(message, answer.owner);
  return answer;
}

}  // namespace hagaki::dns
