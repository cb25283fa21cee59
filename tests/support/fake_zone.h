#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "dns/names.h"
#include "fake_resolver.h"

namespace fake {

/// Answers from lines of a zone, "name TYPE data", one a line: TXT as it stands, MX with its
/// preference, "name FAILS" for a server that fails. Names that are there without the type have no
/// data, all others do not exist.
class Zone : public Resolver {
 public:
  explicit Zone(std::string_view lines) { add(lines); }

  void add(std::string_view lines) {
    for (auto line : hagaki::split(lines, '\n')) {
      line = hagaki::trim(line);
      if (line.empty()) continue;
      const std::string name(line.substr(0, line.find(' ')));
      line = hagaki::trim(line.substr(name.size()));
      const auto type = line.substr(0, line.find(' '));
      line = hagaki::trim(line.substr(type.size()));
      hagaki::dns::Record record;
      auto& there = names_[name];
      if (type == "FAILS") {
        there.fails = true;
        continue;
      }
      if (type == "MX") {
        record.preference = static_cast<std::uint16_t>(
            hagaki::parse_unsigned(line.substr(0, line.find(' ')), 65535).value_or(0));
        line = hagaki::trim(line.substr(std::min(line.find(' '), line.size())));
      }
      record.data = type == "MX" && line == "." ? std::string_view() : line;
      there.records[type_of(type)].push_back(record);
    }
  }

 private:
  struct Name {
    std::map<Type, std::vector<hagaki::dns::Record>> records;
    bool fails = false;
  };

  static Type type_of(std::string_view name) {
    if (name == "A") return Type::A;
    if (name == "AAAA") return Type::Aaaa;
    if (name == "MX") return Type::Mx;
    if (name == "PTR") return Type::Ptr;
    return Type::Txt;
  }

  [[nodiscard]] hagaki::dns::Answer answer(const std::string& name, Type type) const override {
    hagaki::dns::Answer out;
    if (!hagaki::dns::fits_wire(name)) return out;
    const auto found = names_.find(hagaki::ascii_lower(name));
    if (found == names_.end()) {
      out.status = Status::NxDomain;
      return out;
    }
    const auto records = found->second.records.find(type);
    out.status = Status::NoData;
    if (found->second.fails) out.status = Status::ServFail;
    if (records == found->second.records.end()) return out;
    out.status = Status::Ok;
    out.records = records->second;
    return out;
  }

  std::map<std::string, Name> names_;
};

}  // namespace fake
