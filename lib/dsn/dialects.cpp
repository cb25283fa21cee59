#include "dsn/dialects.h"

#include <simdjson.h>
#include <algorithm>
#include <cassert>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"
#include "dsn/diagnostic.h"

HAGAKI_EMBEDDED(dialects_json)

namespace hagaki::dsn {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// A word in Dialects::words_ has the number of its row times kFields and of its field, or one of
// these.
enum Sign : std::uint32_t { kDelay, kSuccess, kPhase, kFirstRow };
constexpr std::uint32_t kFields = 3;
enum Field : std::uint32_t { kFrom, kSubject, kText };

/// Whether a word of `field` of that row was found.
bool found(const Look& look, std::size_t row, Field field) {
  return (look.held[row] >> field & 1U) != 0;
}

/// True where `row` has nothing under `key`; else the value is in `out`.
bool lacks(const object& row, std::string_view key, element& out) {
  return row.at_key(key).get(out) != simdjson::SUCCESS;
}

/// Reads a list of words, given as such or by the name of a list in `whole`.
bool read_words(const object& row, std::string_view key, std::vector<std::string>& out,
                const object* whole = nullptr) {
  element value;
  if (lacks(row, key, value)) return true;
  std::string_view name;
  if (whole != nullptr && value.get(name) == simdjson::SUCCESS && lacks(*whole, name, value)) {
    return false;
  }
  array words;
  if (value.get(words) != simdjson::SUCCESS) return false;
  out.reserve(words.size());
  for (const auto word : words) {
    std::string_view text;
    if (word.get(text) != simdjson::SUCCESS) return false;
    out.push_back(ascii_lower(text));
  }
  return true;
}

bool read_flag(const object& row, std::string_view key, bool& out) {
  element value;
  return lacks(row, key, value) || value.get(out) == simdjson::SUCCESS;
}

bool read_string(const object& row, std::string_view key, std::string& out) {
  element value;
  if (lacks(row, key, value)) return true;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  out = text;
  return true;
}

bool read_prefixes(const object& row, std::string_view key, Prefixes& out) {
  std::vector<std::string> words;
  if (!read_words(row, key, words)) return false;
  out = Prefixes(std::move(words));
  return true;
}

bool read_finder(const object& row, std::string_view key, std::uint32_t number, WordFinder& out) {
  std::vector<std::string> words;
  if (!read_words(row, key, words)) return false;
  for (const auto& word : words) out.add(word, number);
  return true;
}

Result<Dialect> read_row(const element& value, const object& whole) {
  Dialect d;
  const auto bad = [](const char* what) { return fail(ErrorCode::Config, what); };
  object row;
  if (value.get(row) != simdjson::SUCCESS) return bad("is no object");
  if (!read_string(row, "id", d.id) || d.id.empty()) return bad("has no id");
  if (!read_string(row, "origin", d.origin)) return bad("has an origin that is no string");
  if (!read_string(row, "reason", d.reason)) return bad("has a reason that is no string");
  if (!read_words(row, "from", d.from, &whole) || !read_words(row, "subject", d.subject, &whole) ||
      !read_words(row, "header", d.header, &whole) || !read_words(row, "text", d.text, &whole) ||
      !read_words(row, "begin", d.begin, &whole) || !read_words(row, "end", d.end, &whole)) {
    return bad("has a condition that is no list of strings");
  }
  if (!read_flag(row, "automatic", d.automatic) || !read_flag(row, "reads", d.reads) ||
      !read_flag(row, "sole", d.sole) || !read_flag(row, "preamble", d.preamble) ||
      !read_flag(row, "mailer", d.mailer) || !read_flag(row, "last", d.last) ||
      !read_flag(row, "codes", d.codes) || !read_flag(row, "no_bounce", d.no_bounce)) {
    return bad("has a flag that is neither true nor false");
  }
  if (d.from.empty() && d.subject.empty() && d.header.empty() && d.text.empty() && !d.codes) {
    return bad("has no condition");
  }
  return d;
}

bool header_holds(const std::vector<std::string>& wanted, const mime::Headers& headers) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) {
           const auto colon = w.find(':');
           const auto value = headers.find(std::string_view(w).substr(0, colon));
           if (!value) return false;
           return colon == std::string::npos ||
                  ascii_ifind(*value, trim(std::string_view(w).substr(colon + 1))) !=
                      std::string_view::npos;
         });
}

}  // namespace

Result<Dialects> Dialects::parse(std::string_view json) {
  if (json.size() > limits::kDataFile) return fail(ErrorCode::Limit, "dialects too large");
  simdjson::dom::parser parser;
  object whole;
  if (parser.parse(json.data(), json.size()).get(whole) != simdjson::SUCCESS) {
    return fail(ErrorCode::Config, "no JSON object");
  }
  array rows;
  Dialects out;
  if (whole.at_key("dialects").get(rows) != simdjson::SUCCESS ||
      !read_prefixes(whole, "separators", out.phrases_.separators) ||
      !read_prefixes(whole, "labels", out.phrases_.labels) ||
      !read_prefixes(whole, "telling_labels", out.phrases_.telling_labels) ||
      !read_prefixes(whole, "absences", out.phrases_.absences) ||
      !read_finder(whole, "delays", kDelay, out.words_) ||
      !read_finder(whole, "successes", kSuccess, out.words_)) {
    return fail(ErrorCode::Config, "\"dialects\" or words for all of them are no list");
  }
  for (const auto row : rows) {
    auto dialect = read_row(row, whole);
    if (!dialect) {
      return fail(ErrorCode::Config, dialect.error().message,
                  "dialect " + std::to_string(out.rows_.size() + 1));
    }
    out.rows_.push_back(std::move(*dialect));
  }
  out.index();
  return out;
}

const Dialects& Dialects::embedded() {
  // Not destroyed: that would only take time when the program ends.
  static const Dialects& dialects = *new Dialects([] {
    auto parsed = parse(embedded::dialects_json);
    assert(parsed.has_value());  // the unit tests read the same bytes
    return std::move(*parsed);
  }());
  return dialects;
}

void Dialects::index() {
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const auto add = [&](const std::vector<std::string>& words, Field field) {
      for (const auto& word : words) words_.add(word, kFirstRow + i * kFields + field);
    };
    add(rows_[i].from, kFrom);
    add(rows_[i].subject, kSubject);
    add(rows_[i].text, kText);
  }
  add_phases(kPhase, words_);
  words_.build();
}

void Dialects::look_up(Look& look) const {
  look.held.assign(rows_.size(), 0);
  const auto find_in = [&](std::string_view text, Field field, std::size_t begin, Tenor& tenor) {
    words_.find(text, [&](std::uint32_t number, std::size_t end) {
      if (number >= kFirstRow) {
        number -= kFirstRow;
        if (number % kFields != field || end > begin) return;
        look.held[number / kFields] |= static_cast<std::uint8_t>(1U << field);
      } else if (number == kPhase) {
        look.phase = look.phase || field == kText;
      } else {
        (number == kDelay ? tenor.delay : tenor.success) = true;
      }
    });
  };
  Tenor none;
  find_in(look.from, kFrom, look.from.size(), none);
  find_in(look.subject, kSubject, look.subject.size(), look.subject_tenor);
  find_in(look.text, kText, look.begin, look.tenor);
  look.no_bounce = is_no_bounce(look);
}

bool Dialects::holds(std::size_t row, const Look& look) const {
  const Dialect& d = rows_[row];
  if ((d.automatic && !look.automatic) || (d.mailer && !look.mailer) || (d.codes && !look.codes)) {
    return false;
  }
  const auto has = [&](const std::vector<std::string>& words, Field field) {
    return words.empty() || found(look, row, field);
  };
  return has(d.from, kFrom) && has(d.subject, kSubject) && has(d.text, kText) &&
         header_holds(d.header, *look.headers);
}

const Dialect* Dialects::recognise(const Look& look, Rows among) const {
  assert(look.held.size() == rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Dialect& d = rows_[i];
    if (d.no_bounce) continue;
    if (among != Rows::All && (!d.reads || d.last != (among == Rows::LastReaders))) continue;
    if (holds(i, look)) return &d;
  }
  return nullptr;
}

bool Dialects::is_no_bounce(const Look& look) const {
  bool known = false;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    // The subject of a bounce may quote that of a digest.
    if (!rows_[i].no_bounce && found(look, i, kSubject)) return false;
    known = known || (rows_[i].no_bounce && holds(i, look));
  }
  if (!known) return false;
  const auto* dialect = recognise(look, Rows::Readers);
  return dialect == nullptr || dialect->origin == kUnknownOrigin;
}

}  // namespace hagaki::dsn
