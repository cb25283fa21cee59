#include "rules/suppression.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "records/object.h"

namespace hagaki::rules {
namespace {

// What an entry is; mixed into its hash so that one table holds all.
constexpr char kAddress = 'a';
constexpr char kDomain = 'd';
constexpr char kSha256 = 's';
constexpr char kMd5 = 'm';

constexpr std::size_t kPadding = 64;  // LineParser reads that far past a line

bool is_hex(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return hex_value(c) >= 0; });
}

/// The line without its comment. A "#" may stand inside an address: only a blank before it, or the
/// line's start, makes it one.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = line.find('#'); i != std::string_view::npos; i = line.find('#', i + 1)) {
    if (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t') return line.substr(0, i);
  }
  return line;
}

enum class Got { Line, TooLong, End };

/// Reads one line of at most limits::kRecordLine bytes into `buffer`; a longer one is read over.
Got next_line(std::istream& in, std::vector<char>& buffer, std::string_view& line) {
  in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  const auto n = static_cast<std::size_t>(in.gcount());
  if (in.bad()) return Got::End;
  if (in.eof()) {
    line = {buffer.data(), n};
    return n == 0 ? Got::End : Got::Line;
  }
  if (in.fail()) {
    in.clear();
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    return Got::TooLong;
  }
  line = {buffer.data(), n - 1};  // the line end was counted
  return Got::Line;
}

}  // namespace

Suppression::Suppression(KeyHasher hasher) : hasher_(hasher) {}
Suppression::~Suppression() = default;
Suppression::Suppression(Suppression&&) noexcept = default;

bool Suppression::read(std::istream& in, const std::string& name, const records::BadLine& on_bad) {
  std::vector<char> buffer(limits::kRecordLine + 1);
  std::string_view text;
  const auto bad = [&](Error error, std::uint64_t number) {
    error.context = fmt::format("{}:{}", name, number);
    on_bad(error);
  };
  for (std::uint64_t number = 1;; ++number) {
    const Got got = next_line(in, buffer, text);
    if (got == Got::End) return !in.bad();
    if (got == Got::TooLong) {
      bad({ErrorCode::Limit, "line is longer than 1 MiB", {}}, number);
      continue;
    }
    if (number == 1 && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    if (auto added = add(text, name, number); !added) bad(added.error(), number);
  }
}

Result<void> Suppression::add(std::string_view line, const std::string& name,
                              std::uint64_t number) {
  if (files_.empty() || files_.back() != name) files_.push_back(name);
  const Place place{static_cast<std::uint32_t>(number),
                    static_cast<std::uint32_t>(files_.size() - 1)};
  line = trim(line);
  if (!line.empty() && line.front() == '{') return add_record(line, place);
  line = trim(without_comment(line));
  if (line.empty()) return {};

  if (line.front() == '@') {
    const auto domain = Domain::parse(line.substr(1));
    if (!domain) return tl::unexpected(domain.error());
    insert(kDomain, domain->ascii(), place);
    has_domain_ = true;
    return {};
  }
  if (line.find('@') == std::string_view::npos) {
    if (line.size() == 64 && is_hex(line)) {
      insert(kSha256, ascii_lower(line), place);
      has_sha256_ = true;
      return {};
    }
    if (line.size() == 32 && is_hex(line)) {
      insert(kMd5, ascii_lower(line), place);
      has_md5_ = true;
      return {};
    }
    return fail(ErrorCode::Syntax,
                "neither an address, nor a domain with \"@\" before it, nor a SHA-256 or MD5 hash");
  }
  const auto address =
      Address::parse(line.find('<') == std::string_view::npos ? line : bare_address(line));
  if (!address) return tl::unexpected(address.error());
  insert(kAddress, address->key(), place);
  return {};
}

Result<void> Suppression::add_record(std::string_view line, Place place) {
  if (!parser_) parser_ = std::make_unique<records::LineParser>();
  std::string padded(line);
  padded.reserve(line.size() + kPadding);
  records::Line record;
  if (auto ok = parser_->parse(padded, place.line, record); !ok) {
    return tl::unexpected(ok.error());
  }
  // A log of deliveries given by mistake would stop everybody who ever got mail.
  constexpr std::array<std::string_view, 4> kMeant = {"recipient", "pruned", "unsubscribe",
                                                      "feedback"};
  if (std::find(kMeant.begin(), kMeant.end(), record.type()) == kMeant.end()) {
    return fail(ErrorCode::Syntax,
                fmt::format("a {} record suppresses nobody", printable(record.type())));
  }
  if (record.email().empty()) return fail(ErrorCode::Syntax, "no \"email\"");
  const auto address = Address::parse(record.email());
  if (!address) return tl::unexpected(address.error());
  insert(kAddress, address->key(), place);
  return {};
}

void Suppression::insert(char kind, std::string_view text, Place place) {
  auto [value, fresh] = entries_.insert(hasher_(text, kind));
  if (fresh) value = place;
}

std::optional<Decision> Suppression::look(char kind, std::string_view text,
                                          std::string_view rule) const {
  const Place* place = entries_.find(hasher_(text, kind));
  if (!place) return std::nullopt;
  Decision out;
  out.rule = rule;
  records::Object evidence;
  evidence.add("entry", fmt::format("{}{}", kind == kDomain ? "@" : "", text));
  evidence.add("where", fmt::format("{}:{}", files_[place->file], place->line));
  out.evidence.push_back(evidence.line());
  return out;
}

std::optional<Decision> Suppression::find(const Address& address) const {
  if (entries_.size() == 0) return std::nullopt;
  if (auto hit = look(kAddress, address.key(), "suppress.address")) return hit;
  if (has_domain_) {
    if (auto hit = look(kDomain, address.domain().ascii(), "suppress.domain")) return hit;
  }
  if (!has_sha256_ && !has_md5_) return std::nullopt;
  // Others hash what they see: the spelling of the list, or the key where an IDN was given
  // otherwise.
  const std::string given = ascii_lower(address.text());
  for (const std::string& form : {given, address.key()}) {
    if (has_sha256_) {
      if (auto hit = look(kSha256, sha256_hex(form), "suppress.hash")) return hit;
    }
    if (has_md5_) {
      if (auto hit = look(kMd5, md5_hex(form), "suppress.hash")) return hit;
    }
    if (given == address.key()) break;
  }
  return std::nullopt;
}

}  // namespace hagaki::rules
