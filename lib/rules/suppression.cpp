#include "rules/suppression.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "address/syntax.h"
#include "base/ascii.h"
#include "base/digest.h"
#include "base/text.h"
#include "harvest/public_suffix.h"
#include "records/object.h"
#include "rules/mistyped.h"
#include "rules/suppression_export.h"

namespace hagaki::rules {
namespace {

// What an entry is; mixed into its hash so that one table holds all.
constexpr char kAddress = '\0';  // the canonical key, as everywhere
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

/// What may stand between an address and what else a line says.
constexpr std::string_view kBetween = ",;\t";

/// `text` without the quotes around the whole of it.
std::string_view unquoted(std::string_view text) {
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"')) return text;
  const auto inside = text.substr(1, text.size() - 2);
  const bool whole = text.back() == text.front() && inside.find(text.front()) == inside.npos;
  return whole ? trim(inside) : text;
}

/// The address that somebody meant who wrote full-width signs, or a comma for a dot.
std::optional<AddressReading> read_mended(std::string_view text) {
  const auto mended = mended_spelling(text);
  if (mended.empty()) return std::nullopt;
  auto address = read_address(mended, Syntax::Smtp);
  const bool can_exist = address && (address->address.domain().is_literal() ||
                                     harvest::is_mail_domain(address->address.domain().ascii()));
  return can_exist ? std::optional(std::move(*address)) : std::nullopt;
}

}  // namespace

Suppression::Suppression(KeyHasher hasher) : hasher_(hasher) {}
Suppression::~Suppression() = default;
Suppression::Suppression(Suppression&&) noexcept = default;

Suppression::Place Suppression::place_of(const std::string& name, std::uint64_t number) {
  if (files_.empty() || files_.back() != name) files_.push_back(name);
  return {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(files_.size() - 1)};
}

Result<void> Suppression::add(std::string_view line, const std::string& name,
                              std::uint64_t number) {
  const Place place = place_of(name, number);
  line = trim(line);
  if (!line.empty() && line.front() == '{') return add_record(line, place);
  line = trim(without_comment(line));
  if (line.empty()) return {};

  if (line.front() == '@') {
    return add_domain(line.substr(1), place);
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
    if (!mended_spelling(line).empty()) return add_address(line, place);
    return fail(ErrorCode::Syntax,
                "neither an address, nor a domain with \"@\" before it, nor a SHA-256 or MD5 hash");
  }
  return add_address(line.find('<') == std::string_view::npos ? line : bare_address(line), place);
}

Result<void> Suppression::add_domain(std::string_view text, Place place) {
  const auto domain = Domain::parse(text);
  if (!domain) return tl::unexpected(domain.error());
  insert(kDomain, domain->ascii(), place);
  has_domain_ = true;
  return {};
}

/// A line with more than an address in it: every address counts, and a comma may be meant as a dot.
Result<void> Suppression::add_row(std::string_view text, Place place) {
  bool any = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find_first_of(kBetween, begin), text.size());
    const auto piece = trim(text.substr(begin, end - begin));
    begin = end + 1;
    if (mended_spelling(piece).empty() && piece.find('@') == std::string_view::npos) continue;
    if (auto ok = add_address(piece, place); !ok) return ok;
    any = true;
  }
  if (const auto mended = read_mended(text)) {
    insert(kAddress, mended->address.key(), place);
    any = true;
  }
  if (any) return {};
  return fail(ErrorCode::Syntax, "no address");
}

Result<void> Suppression::add_address(std::string_view text, Place place) {
  if (plain_ && plain_->assign_plain(text)) {
    insert(kAddress, plain_->key(), place);
    return {};
  }
  text = unquoted(text);
  if (text.starts_with("*@")) return add_domain(text.substr(2), place);
  if (text.find_first_of(kBetween) != std::string_view::npos) return add_row(text, place);
  auto address = read_address(text, Syntax::Loose);
  if (!address) {
    // Full-width signs, a comma at the end: it is clear who is meant, and must not be mailed.
    auto mended = read_mended(text);
    if (!mended) return tl::unexpected(address.error());
    address = std::move(*mended);
  }
  insert(kAddress, address->address.key(), place);
  plain_ = std::move(address->address);
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
  constexpr std::array<std::string_view, 5> kOthers = {"delivery", "bounce", "vacation", "listing",
                                                       "other"};
  const auto is_in = [&](const auto& list) {
    return std::find(list.begin(), list.end(), record.type()) != list.end();
  };
  if (is_in(kOthers) || (record.find("v") && !is_in(kMeant))) {
    return fail(ErrorCode::Syntax,
                fmt::format("a {} record suppresses nobody", printable(record.type())));
  }
  const bool plain = record.find("type") || (!record.find("event") && !record.find("status"));
  if (is_in(kMeant) && !record.email().empty() && plain) {
    // Who was only marked was kept.
    if (record.type() == "pruned" && record.string("action") == "tag") {
      ++passed_over_;
      return {};
    }
    return add_address(record.email(), place);
  }
  const auto addresses = suppressed_by(record);
  if (!addresses) {
    if (addresses.error().message == "no address") return fail(ErrorCode::Syntax, "no \"email\"");
    return tl::unexpected(addresses.error());
  }
  return add_all(*addresses, place);
}

Result<void> Suppression::add_all(const std::vector<std::string>& addresses, Place place) {
  if (addresses.empty()) ++passed_over_;
  Result<void> all;
  for (const auto& address : addresses) {
    if (auto ok = add_address(address, place); !ok) all = ok;
  }
  return all;
}

void Suppression::insert(char kind, std::string_view text, Place place) {
  auto [value, fresh] = entries_.insert(hasher_(text, kind));
  if (fresh) value = place;
}

std::optional<Decision> Suppression::look(std::uint64_t hash, char kind, std::string_view text,
                                          std::string_view rule) const {
  const Place* place = entries_.find(hash);
  if (!place) return std::nullopt;
  Decision out;
  out.rule = rule;
  if (!evidence_) return out;
  records::Object evidence;
  evidence.add("entry", fmt::format("{}{}", kind == kDomain ? "@" : "", text));
  evidence.add("where", fmt::format("{}:{}", files_[place->file], place->line));
  out.evidence.push_back(evidence.line());
  return out;
}

std::optional<Decision> Suppression::find(const Address& address, std::uint64_t hash) const {
  if (entries_.size() == 0) return std::nullopt;
  if (auto hit = look(hash, kAddress, address.key(), "suppress.address")) return hit;
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
