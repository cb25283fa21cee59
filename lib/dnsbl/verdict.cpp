#include "dnsbl/verdict.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "dnsbl/target.h"

namespace hagaki::dnsbl {
namespace {

/// No list that is known gives more at once.
constexpr std::size_t kMostMeanings = 8;
constexpr std::uint32_t kLoopback = 0x7F000001;  // 127.0.0.1

/// What one address of an answer says. Of several the heaviest decides: one that no list gives
/// makes the others worthless, and a listing stands beside a meaningless 127.0.0.1.
struct Reading {
  int weight;
  Outcome outcome;
  std::string meaning;
};

std::string with_last_octet(std::string meaning, std::uint32_t address) {
  static constexpr std::string_view kSlot = "{last}";
  const auto at = meaning.find(kSlot);
  if (at != std::string::npos) meaning.replace(at, kSlot.size(), std::to_string(address & 0xFF));
  return meaning;
}

bool matches_pattern(std::string_view pattern, std::uint32_t address) {
  int shift = 24;
  for (const auto octet : split(pattern, '.')) {
    if (octet != "*" && parse_unsigned(octet, 255) != ((address >> shift) & 0xFF)) return false;
    shift -= 8;
  }
  return true;
}

bool matches(Decode decode, std::string_view match, std::uint32_t address) {
  switch (decode) {
    case Decode::Exact:
      return parse_ip4(match) == address;
    case Decode::Pattern:
      return matches_pattern(match, address);
    case Decode::Range: {
      const auto ends = split(match, '-');
      return parse_ip4(ends[0]) <= address && address <= parse_ip4(ends[1]);
    }
    case Decode::Bitmask:
      break;
  }
  return false;
}

const Code* find_code(const std::vector<Code>& codes, Decode decode, std::uint32_t address) {
  const auto hit = [&](const Code& code) { return matches(decode, code.match, address); };
  const auto found = std::find_if(codes.begin(), codes.end(), hit);
  return found == codes.end() ? nullptr : &*found;
}

std::string meaning_of_bits(const Zone& zone, std::uint32_t octet) {
  std::string out;
  for (std::uint32_t bit = 1; bit <= 128; bit <<= 1) {
    if ((octet & bit) == 0) continue;
    const auto same = [bit](const Code& code) { return parse_unsigned(code.match) == bit; };
    const auto found = std::find_if(zone.codes.begin(), zone.codes.end(), same);
    if (!out.empty()) out += ", ";
    out += found != zone.codes.end() ? found->meaning
                                     : "bit " + std::to_string(bit) + " (undocumented)";
  }
  return out;
}

std::optional<std::string> documented(const Zone& zone, std::uint32_t address) {
  if (zone.decode == Decode::Bitmask) {
    // Bitmask lists answer 127.0.0.x; anything else is not in their code.
    if ((address & 0xFFFFFF00) != 0x7F000000 || (address & 0xFF) == 0) return std::nullopt;
    const auto is_one = [](const Code& code) { return code.match == "1"; };
    const bool lowest_bit_documented = std::any_of(zone.codes.begin(), zone.codes.end(), is_one);
    if (address == kLoopback && !lowest_bit_documented) return std::nullopt;
    return meaning_of_bits(zone, address & 0xFF);
  }
  const Code* code = find_code(zone.codes, zone.decode, address);
  if (code == nullptr) return std::nullopt;
  return with_last_octet(code->meaning, address);
}

Reading read_address(const Zone& zone, const std::string& text) {
  const auto address = parse_ip4(text);
  if (!address) return {4, Outcome::Error, "an answer that is no IPv4 address"};
  if ((*address >> 24) != 127) {
    return {4, Outcome::Error,
            "answers outside 127.0.0.0/8: a rewriting resolver, or a parked or hijacked zone"};
  }
  if (const Code* code = find_code(zone.error_codes, Decode::Exact, *address)) {
    return {3, Outcome::Refused, code->meaning};
  }
  if ((*address >> 8) == 0x7FFFFF) {
    return {3, Outcome::Refused, "refuses to answer this resolver"};
  }
  if (auto meaning = documented(zone, *address)) return {2, Outcome::Listed, std::move(*meaning)};
  if (*address == kLoopback) {
    return {1, Outcome::Error, "answers 127.0.0.1, which is no listing here"};
  }
  return {2, Outcome::Listed, "listed (" + text + ", undocumented)"};
}

Verdict judge_addresses(const Zone& zone, const std::vector<dns::Record>& records) {
  std::vector<std::string> codes;
  for (const auto& record : records) codes.push_back(record.data);
  const auto order = [](const std::string& a, const std::string& b) {
    const auto x = parse_ip4(a);
    const auto y = parse_ip4(b);
    return x != y ? x < y : a < b;
  };
  std::sort(codes.begin(), codes.end(), order);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());

  int heaviest = 0;
  Verdict verdict;
  std::vector<std::string> meanings;
  for (const auto& code : codes) {
    auto reading = read_address(zone, code);
    if (reading.weight > heaviest) {
      heaviest = reading.weight;
      verdict.outcome = reading.outcome;
      meanings.clear();
    }
    if (reading.weight == heaviest &&
        std::find(meanings.begin(), meanings.end(), reading.meaning) == meanings.end()) {
      meanings.push_back(std::move(reading.meaning));
    }
  }
  for (std::size_t i = 0; i < std::min(meanings.size(), kMostMeanings); ++i) {
    if (i > 0) verdict.meaning += "; ";
    verdict.meaning += meanings[i];
  }
  if (meanings.size() > kMostMeanings) {
    verdict.meaning += "; and " + std::to_string(meanings.size() - kMostMeanings) + " more";
  }
  verdict.codes = std::move(codes);
  return verdict;
}

std::string rcode_meaning(const Zone& zone, std::string_view rcode, const std::string& otherwise) {
  const auto same = [rcode](const Code& code) { return code.match == rcode; };
  const auto found = std::find_if(zone.error_codes.begin(), zone.error_codes.end(), same);
  return found == zone.error_codes.end() ? otherwise : found->meaning;
}

std::string with_detail(const std::string& what, const std::string& detail) {
  return detail.empty() ? what : what + ": " + detail;
}

}  // namespace

Verdict judge(const Zone& zone, const dns::Answer& answer) {
  switch (answer.status) {
    case dns::Status::Ok:
      if (!answer.records.empty()) return judge_addresses(zone, answer.records);
      return {Outcome::NotListed, {}, {}};
    case dns::Status::NoData:
    case dns::Status::NxDomain:
      return {Outcome::NotListed, {}, {}};
    case dns::Status::Refused:
      return {Outcome::Refused, {}, rcode_meaning(zone, "rcode:REFUSED", "the query was refused")};
    case dns::Status::ServFail:
      return {Outcome::Error,
              {},
              rcode_meaning(zone, "rcode:SERVFAIL",
                            zone.key == KeyUse::Required
                                ? "the resolver got no answer (SERVFAIL): a wrong key?"
                                : "the resolver got no answer (SERVFAIL)")};
    case dns::Status::Timeout:
      return {Outcome::Timeout, {}, "no answer in time"};
    case dns::Status::Malformed:
      return {Outcome::Error, {}, with_detail("an answer that cannot be read", answer.detail)};
    case dns::Status::Local:
      break;
  }
  return {Outcome::Error, {}, with_detail("the question could not be sent", answer.detail)};
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::Listed:
      return "listed";
    case Outcome::NotListed:
      return "not-listed";
    case Outcome::Refused:
      return "refused";
    case Outcome::Error:
      return "error";
    case Outcome::Timeout:
      break;
  }
  return "timeout";
}

}  // namespace hagaki::dnsbl
