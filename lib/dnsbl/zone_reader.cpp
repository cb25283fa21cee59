// Reading a zone table: everything a row may hold, and nothing else.

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"
#include "dnsbl/table_fields.h"
#include "dnsbl/target.h"
#include "dnsbl/zones.h"

HAGAKI_EMBEDDED(zones_json)

namespace hagaki::dnsbl {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

bool good_match(Decode decode, const std::string& match) {
  switch (decode) {
    case Decode::Exact:
      return parse_ip4(match).has_value();
    case Decode::Bitmask: {
      const auto bit = parse_unsigned(match, 128);
      return bit && *bit != 0 && (*bit & (*bit - 1)) == 0;
    }
    case Decode::Pattern: {
      const auto octets = split(match, '.');
      const auto good = [](std::string_view o) { return o == "*" || parse_unsigned(o, 255); };
      return octets.size() == 4 && std::all_of(octets.begin(), octets.end(), good);
    }
    case Decode::Range:
      break;
  }
  const auto ends = split(match, '-');
  if (ends.size() != 2) return false;
  const auto first = parse_ip4(ends[0]);
  const auto last = parse_ip4(ends[1]);
  return first && last && *first <= *last;
}

bool good_error_match(const std::string& match) {
  return match == "rcode:REFUSED" || match == "rcode:SERVFAIL" || parse_ip4(match).has_value();
}

bool good_url(const std::string& url) {
  if (url.empty()) return true;
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const auto safe = [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '<'; };
  return web && std::all_of(url.begin(), url.end(), safe);
}

void read_kinds(Fields& in, Zone& z) {
  z.lists = in.texts("lists", true);
  for (const auto& name : z.lists) {
    if (name == "ip4") {
      z.kinds.push_back(Kind::Ip4);
    } else if (name == "ip6") {
      z.kinds.push_back(Kind::Ip6);
    } else if (name == "domain") {
      z.kinds.push_back(Kind::Domain);
    } else if (name != "email-sha1") {
      in.complain("\"lists\" does not know the word \"" + name + '"');
    }
  }
}

void read_tests(Fields& in, Zone& z) {
  for (const auto kind : z.kinds) {
    z.tests[static_cast<std::size_t>(kind)] = standard_test_points(kind);
  }
  const auto given = in.take("test");
  if (!given) return;
  object tests;
  if (given->get_object().get(tests) != simdjson::SUCCESS) {
    return in.complain("\"test\" is not an object");
  }
  in.complain_of_twice(tests);
  for (const auto [name, value] : tests) {
    const auto same = [own = name](Kind k) { return kind_name(k) == own; };
    const auto kind = std::find_if(z.kinds.begin(), z.kinds.end(), same);
    if (kind == z.kinds.end()) return in.complain("\"test\" names a kind that is not in \"lists\"");
    auto& points = z.tests[static_cast<std::size_t>(*kind)];
    points.reset();
    if (value.is_null()) continue;
    array pair;
    std::string_view listed;
    std::string_view unlisted;
    if (value.get_array().get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
        pair.at(0).get_string().get(listed) != simdjson::SUCCESS ||
        pair.at(1).get_string().get(unlisted) != simdjson::SUCCESS) {
      return in.complain("\"test\" wants [listed, unlisted] or null for " + std::string(name));
    }
    points = TestPoints{ascii_lower(listed), ascii_lower(unlisted)};
    for (const auto& point : {points->listed, points->unlisted}) {
      if (!question_for(*kind, point)) {
        in.complain("\"test\" has a bad " + std::string(name) + ": " + point);
      }
    }
  }
}

Result<Zone> read_zone(const element& row, const std::string& file) {
  Fields in(row, "a zone");
  Zone z;
  z.zone = in.text("zone", true);
  if (!z.zone.empty()) in.name("zone " + z.zone);
  if (!z.zone.empty() && !is_zone_name(z.zone)) in.complain("is not a lower-case DNS name");
  z.name = in.text("name");
  if (z.name.empty()) z.name = z.zone;
  z.operated_by = in.text("operator");
  z.list = in.word<ListKind>("kind", ListKind::Block,
                             {{"block", ListKind::Block},
                              {"allow", ListKind::Allow},
                              {"reputation", ListKind::Reputation}},
                             true);
  read_kinds(in, z);
  z.decode = in.word<Decode>("decode", Decode::Exact,
                             {{"exact", Decode::Exact},
                              {"bitmask-last-octet", Decode::Bitmask},
                              {"pattern", Decode::Pattern},
                              {"range", Decode::Range}});
  z.codes = in.codes("codes");
  for (const auto& code : z.codes) {
    if (!good_match(z.decode, code.match)) in.complain("has a bad code \"" + code.match + '"');
  }
  z.error_codes = in.codes("error_codes");
  for (const auto& code : z.error_codes) {
    if (!good_error_match(code.match)) in.complain("has a bad error code \"" + code.match + '"');
  }
  read_tests(in, z);
  z.scope = in.one_of("scope",
                      {"address", "neighbourhood", "policy", "not-spam", "attacks", "domain",
                       "domain-in-body", "domain-age", "dkim-domain", "email-address", "unknown"});
  if (z.scope.empty()) z.scope = "unknown";
  z.access = in.one_of("access", {"free", "free-limited", "registration", "key"});
  z.key = in.word<KeyUse>("key", KeyUse::None,
                          {{"optional", KeyUse::Optional}, {"required", KeyUse::Required}});
  z.limits = in.text("limits");
  z.policy = in.text("policy");
  z.lookup_url = in.text("lookup_url");
  z.delist_url = in.text("delist_url");
  if (!good_url(z.lookup_url) || !good_url(z.delist_url)) in.complain("has a bad URL");
  z.delisting = in.one_of("delisting", {"self-service", "request", "automatic", "network-owner"});
  z.delisting_note = in.text("delisting_note");
  z.status = in.one_of("status", {"alive", "unclear", "unverified", "merged", "unsuitable"});
  if (z.status.empty()) z.status = "unverified";
  z.status_date = in.text("status_date");
  z.note = in.text("note");
  z.used_by = in.texts("used_by");
  z.source = in.texts("source");
  z.in_default_set = in.boolean("default");
  z.major = in.boolean("major");
  in.finish();
  if (auto good = in.check(file); !good) return tl::unexpected(good.error());
  return z;
}

Result<DeadZone> read_dead(const element& row, const std::string& file) {
  Fields in(row, "a dead zone");
  DeadZone d;
  d.name = in.text("name", true);
  if (!d.name.empty()) in.name("dead zone " + d.name);
  d.zones = in.texts("zones");
  d.suffixes = in.texts("suffixes");
  for (const auto* names : {&d.zones, &d.suffixes}) {
    if (!std::all_of(names->begin(), names->end(), is_zone_name)) {
      in.complain("has a name that is not a lower-case DNS name");
    }
  }
  if (d.zones.empty() && d.suffixes.empty()) in.complain("names no zone");
  d.since = in.text("since");
  d.why = in.text("why", true);
  d.source = in.texts("source");
  in.finish();
  if (auto good = in.check(file); !good) return tl::unexpected(good.error());
  return d;
}

}  // namespace

/// Fills a ZoneTable from its parsed form.
class ZoneReader {
 public:
  static Result<ZoneTable> read(std::string_view text, const std::string& file) {
    simdjson::dom::parser parser{limits::kDataFile + simdjson::SIMDJSON_PADDING};
    if (text.size() > limits::kDataFile) return fail(ErrorCode::Limit, "file is too large", file);
    auto error = parser.allocate(text.size(), limits::kJsonDepth);
    element root;
    if (error == simdjson::SUCCESS) error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::DEPTH_ERROR) {
      return fail(ErrorCode::Limit, "nested too deeply", file);
    }
    if (error != simdjson::SUCCESS) return fail(ErrorCode::Config, "is not JSON", file);
    ZoneTable table;
    Fields in(root, "the table");
    const auto format = in.take("format");
    std::int64_t number = 0;
    if (!format || format->get_int64().get(number) != simdjson::SUCCESS || number != 1) {
      return fail(ErrorCode::Config, "lacks \"format\": 1", file);
    }
    in.text("as_of");
    table.replace_ = in.boolean("replace");
    const auto zones = in.take("zones");
    const auto dead = in.take("dead");
    in.finish();
    if (auto good = in.check(file); !good) return tl::unexpected(good.error());
    array zone_rows;
    array dead_rows;
    if ((zones && zones->get_array().get(zone_rows) != simdjson::SUCCESS) ||
        (dead && dead->get_array().get(dead_rows) != simdjson::SUCCESS)) {
      return fail(ErrorCode::Config, "\"zones\" and \"dead\" must be lists", file);
    }
    if (zones) {
      if (auto ok = read_zones(zone_rows, table, file); !ok) return tl::unexpected(ok.error());
    }
    if (!dead) return table;
    for (const auto row : dead_rows) {
      auto zone = read_dead(row, file);
      if (!zone) return tl::unexpected(zone.error());
      table.dead_.push_back(std::move(*zone));
    }
    return table;
  }

 private:
  static Result<void> read_zones(const array& rows, ZoneTable& table, const std::string& file) {
    for (const auto row : rows) {
      auto zone = read_zone(row, file);
      if (!zone) return tl::unexpected(zone.error());
      if (table.find(zone->zone) != nullptr) {
        return fail(ErrorCode::Config, "zone " + zone->zone + " is given twice", file);
      }
      table.zones_.push_back(std::move(*zone));
    }
    return {};
  }
};

Result<ZoneTable> ZoneTable::builtin() {
  return ZoneReader::read(embedded::zones_json, "built-in zones");
}

Result<ZoneTable> ZoneTable::parse(std::string_view json, const std::string& name) {
  return ZoneReader::read(json, name);
}

}  // namespace hagaki::dnsbl
