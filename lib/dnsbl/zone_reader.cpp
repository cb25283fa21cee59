// Reading a zone table: everything a row may hold, and nothing else.

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"
#include "dnsbl/target.h"
#include "dnsbl/zones.h"

HAGAKI_EMBEDDED(zones_json)

namespace hagaki::dnsbl {
namespace {

using Json = nlohmann::ordered_json;

/// The words that a field may hold.
template <class T>
using Words = std::initializer_list<std::pair<std::string_view, T>>;

/// Reads the fields of one JSON object. The first thing that is wrong is kept; what is read after
/// that comes out empty.
class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) complain("is not an object");
  }

  std::string text(const char* key, bool needed = false) {
    const Json* value = take(key);
    if (value == nullptr) {
      if (needed) complain(std::string("lacks \"") + key + '"');
      return {};
    }
    if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
      complain(std::string("\"") + key + "\" is not a text");
      return {};
    }
    return value->get<std::string>();
  }

  std::vector<std::string> texts(const char* key, bool needed = false) {
    std::vector<std::string> out;
    const Json* value = take(key);
    if (value == nullptr) {
      if (needed) complain(std::string("lacks \"") + key + '"');
      return out;
    }
    if (!value->is_array()) complain(std::string("\"") + key + "\" is not a list of texts");
    if (!value->is_array()) return out;
    for (const auto& item : *value) {
      if (item.is_string() && !item.get_ref<const std::string&>().empty()) {
        out.push_back(item.get<std::string>());
      } else {
        complain(std::string("\"") + key + "\" is not a list of texts");
      }
    }
    return out;
  }

  bool boolean(const char* key) {
    const Json* value = take(key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) complain(std::string("\"") + key + "\" is not true or false");
    return value->is_boolean() && value->get<bool>();
  }

  template <class T>
  T word(const char* key, T otherwise, Words<T> words, bool needed = false) {
    const auto given = text(key, needed);
    if (given.empty()) return otherwise;
    for (const auto& [name, value] : words) {
      if (given == name) return value;
    }
    complain(std::string("\"") + key + "\" does not know the word \"" + given + '"');
    return otherwise;
  }

  std::string one_of(const char* key, std::initializer_list<std::string_view> words,
                     bool needed = false) {
    auto given = text(key, needed);
    if (!given.empty() && std::find(words.begin(), words.end(), given) == words.end()) {
      complain(std::string("\"") + key + "\" does not know the word \"" + given + '"');
    }
    return given;
  }

  std::vector<Code> codes(const char* key, bool needed = false) {
    std::vector<Code> out;
    const Json* value = take(key);
    if (value == nullptr) {
      if (needed) complain(std::string("lacks \"") + key + '"');
      return out;
    }
    if (!value->is_object()) complain(std::string("\"") + key + "\" is not an object");
    if (!value->is_object()) return out;
    for (const auto& [match, meaning] : value->items()) {
      if (meaning.is_string()) {
        out.push_back({match, meaning.get<std::string>()});
      } else {
        complain(std::string("\"") + key + "\" has a meaning that is not a text");
      }
    }
    return out;
  }

  const Json* take(const char* key) {
    if (!object_.is_object()) return nullptr;
    seen_.emplace_back(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  void finish() {
    if (!object_.is_object()) return;
    for (const auto& [key, value] : object_.items()) {
      if (std::find(seen_.begin(), seen_.end(), key) == seen_.end())
        complain("has an unknown field \"" + key + '"');
    }
  }

  void complain(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  void name(const std::string& row) { where_ = row; }
  [[nodiscard]] Result<void> check(const std::string& file) const {
    if (problem_.empty()) return {};
    return fail(ErrorCode::Config, where_ + ' ' + problem_, file);
  }

 private:
  const Json& object_;
  std::string where_;
  std::string problem_;
  std::vector<std::string_view> seen_;  ///< literals
};

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
  const Json* tests = in.take("test");
  if (tests == nullptr) return;
  if (!tests->is_object()) return in.complain("\"test\" is not an object");
  for (const auto& [key, value] : tests->items()) {
    const std::string name = key;
    const auto same = [&name](Kind k) { return kind_name(k) == name; };
    const auto kind = std::find_if(z.kinds.begin(), z.kinds.end(), same);
    if (kind == z.kinds.end()) return in.complain("\"test\" names a kind that is not in \"lists\"");
    auto& points = z.tests[static_cast<std::size_t>(*kind)];
    points.reset();
    if (value.is_null()) continue;
    if (!value.is_array() || value.size() != 2 || !value[0].is_string() || !value[1].is_string()) {
      return in.complain("\"test\" wants [listed, unlisted] or null for " + name);
    }
    points = TestPoints{ascii_lower(value[0].get<std::string>()),
                        ascii_lower(value[1].get<std::string>())};
    for (const auto& point : {points->listed, points->unlisted}) {
      if (!question_for(*kind, point)) in.complain("\"test\" has a bad " + name + ": " + point);
    }
  }
}

Result<Zone> read_zone(const Json& row, const std::string& file) {
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

Result<DeadZone> read_dead(const Json& row, const std::string& file) {
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

/// Parses JSON without exceptions; an object that names a key twice is as bad as a syntax error.
Result<Json> read_json(std::string_view text, const std::string& file) {
  if (text.size() > limits::kDataFile) return fail(ErrorCode::Limit, "file is too large", file);
  std::vector<std::set<std::string>> keys;
  std::string twice;
  bool deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (static_cast<std::size_t>(depth) > limits::kJsonDepth) deep = true;
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      twice = parsed.get<std::string>();
    }
    return !deep;
  };
  auto json = Json::parse(text, watch, false, true);
  if (deep) return fail(ErrorCode::Limit, "nested too deeply", file);
  if (json.is_discarded()) return fail(ErrorCode::Config, "is not JSON", file);
  if (!twice.empty()) return fail(ErrorCode::Config, "has the key \"" + twice + "\" twice", file);
  return json;
}

/// The same of a text that tests have read: nobody waits for what they found out.
Result<Json> read_known_json(std::string_view text, const std::string& file) {
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::Config, "is not JSON", file);
  return json;
}

}  // namespace

/// Fills a ZoneTable from its parsed form.
class ZoneReader {
 public:
  static Result<ZoneTable> read(const Json& json, const std::string& file) {
    ZoneTable table;
    Fields in(json, "the table");
    const Json* format = in.take("format");
    if (format == nullptr || !format->is_number_integer() || *format != 1) {
      return fail(ErrorCode::Config, "lacks \"format\": 1", file);
    }
    in.text("as_of");
    table.replace_ = in.boolean("replace");
    const Json* zones = in.take("zones");
    const Json* dead = in.take("dead");
    in.finish();
    if (auto good = in.check(file); !good) return tl::unexpected(good.error());
    for (const Json* rows : {zones, dead}) {
      if (rows != nullptr && !rows->is_array()) {
        return fail(ErrorCode::Config, "\"zones\" and \"dead\" must be lists", file);
      }
    }
    if (zones != nullptr) {
      for (const auto& row : *zones) {
        auto zone = read_zone(row, file);
        if (!zone) return tl::unexpected(zone.error());
        if (table.find(zone->zone) != nullptr) {
          return fail(ErrorCode::Config, "zone " + zone->zone + " is given twice", file);
        }
        table.zones_.push_back(std::move(*zone));
      }
    }
    if (dead != nullptr) {
      for (const auto& row : *dead) {
        auto zone = read_dead(row, file);
        if (!zone) return tl::unexpected(zone.error());
        table.dead_.push_back(std::move(*zone));
      }
    }
    return table;
  }
};

Result<ZoneTable> ZoneTable::builtin() {
  const std::string name = "built-in zones";
  const auto parsed = read_known_json(embedded::zones_json, name);
  if (!parsed) return tl::unexpected(parsed.error());
  return ZoneReader::read(*parsed, name);
}

Result<ZoneTable> ZoneTable::parse(std::string_view json, const std::string& name) {
  const auto parsed = read_json(json, name);
  if (!parsed) return tl::unexpected(parsed.error());
  return ZoneReader::read(*parsed, name);
}

}  // namespace hagaki::dnsbl
