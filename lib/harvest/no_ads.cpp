#include "harvest/no_ads.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"
#include "base/utf8.h"

HAGAKI_EMBEDDED(no_ads_json)

namespace hagaki::harvest {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPiece = 1u << 20;    ///< of a text, looked at at once
constexpr std::size_t kOverlap = 4u << 10;  ///< more than any wording is long

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::Config, what, "table of notices");
}

/// `text` as wordings are compared: NFKC, lower case, without blanks and hyphens, apostrophes
/// straight. What ends a sentence is one "|".
std::string folded(std::string_view text) {
  const std::string form = compatibility_form(text);
  std::string out;
  out.reserve(form.size());
  for (std::size_t pos = 0; pos < form.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(form, pos);
    const bool hyphen = c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x30FB;
    if (hyphen || is_invisible(c) || (c < 0x80 && is_white(static_cast<char>(c)))) continue;
    if (c == '.' || c == '!' || c == '?' || c == 0x3002) {
      if (!out.ends_with('|')) out += '|';
    } else if (c == 0x2018 || c == 0x2019) {
      out += '\'';
    } else if (c < 0x80) {
      out += to_lower(static_cast<char>(c));
    } else {
      out.append(form, begin, pos - begin);
    }
  }
  return out;
}

}  // namespace

Result<NoAdsNotices> NoAdsNotices::parse(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong("not a JSON object");
  const auto list = json.find("wordings");
  if (list == json.end() || !list->is_array()) return wrong("lacks the list \"wordings\"");
  NoAdsNotices out;
  const auto harmless = json.find("harmless");
  if (harmless != json.end()) {
    if (!harmless->is_array()) return wrong("\"harmless\" is a list");
    for (const auto& one : *harmless) {
      if (!one.is_string()) return wrong("\"harmless\" holds texts");
      out.harmless_.push_back(folded(one.get_ref<const std::string&>()));
      if (out.harmless_.back().empty()) return wrong("a harmless text is empty");
    }
  }
  for (const auto& entry : *list) {
    if (!entry.is_object() || !entry.contains("words") || !entry["words"].is_array() ||
        entry["words"].empty()) {
      return wrong("a wording has the list \"words\"");
    }
    Wording wording;
    const auto within = entry.find("within");
    if (within == entry.end() || !within->is_number_unsigned()) {
      return wrong("a wording has the number \"within\"");
    }
    wording.within = within->get<std::size_t>();
    for (const auto& group : entry["words"]) {
      if (!group.is_array() || group.empty()) return wrong("\"words\" holds lists of words");
      auto& words = wording.words.emplace_back();
      for (const auto& word : group) {
        if (!word.is_string()) return wrong("\"words\" holds lists of words");
        words.push_back(folded(word.get_ref<const std::string&>()));
        if (words.back().empty()) return wrong("a word is empty");
      }
    }
    out.wordings_.push_back(std::move(wording));
  }
  return out;
}

Result<NoAdsNotices> NoAdsNotices::builtin() {
  return parse(embedded::no_ads_json);
}

/// Whether the words from `word` on follow behind `at`.
bool NoAdsNotices::stands_at(const Wording& wording, std::size_t word, std::string_view text,
                             std::size_t at) {
  if (word == wording.words.size()) return true;
  for (const auto& one : wording.words[word]) {
    const auto window = text.substr(at, wording.within + one.size());
    const auto part = window.substr(0, window.find('|'));
    const auto found = part.find(one);
    if (found == std::string_view::npos) continue;
    if (stands_at(wording, word + 1, text, at + found + one.size())) return true;
  }
  return false;
}

std::string NoAdsNotices::without_harmless(std::string text) const {
  for (const auto& one : harmless_) {
    // A mark that no wording has, so that what stands around it does not meet.
    for (auto at = text.find(one); at != std::string::npos; at = text.find(one, at)) {
      std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), one.size(), '#');
    }
  }
  return text;
}

bool NoAdsNotices::stands_in_piece(std::string_view piece) const {
  const std::string text = without_harmless('|' + folded(piece) + '|');
  for (const auto& wording : wordings_) {
    for (const auto& first : wording.words.front()) {
      for (auto at = text.find(first); at != std::string::npos; at = text.find(first, at + 1)) {
        if (stands_at(wording, 1, text, at + first.size())) return true;
      }
    }
  }
  return false;
}

bool NoAdsNotices::stands_in(std::string_view text) const {
  for (;;) {
    if (stands_in_piece(utf8_prefix(text, kPiece))) return true;
    if (text.size() <= kPiece) return false;
    text.remove_prefix(utf8_prefix(text, kPiece - kOverlap).size());
  }
}

}  // namespace hagaki::harvest
