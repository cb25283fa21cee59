#include "harvest/vcard.h"

#include <algorithm>
#include <utility>

#include "base/loose_time.h"
#include "base/text.h"
#include "harvest/encoding.h"
#include "mime/charset.h"
#include "mime/decode.h"

namespace hagaki::harvest {
namespace {

constexpr unsigned long long kNoPreference = 101;  // RFC 6350 §5.3: 1 to 100

/// What stands before the value of a property.
struct Head {
  std::string name;  ///< upper case, without group
  std::vector<std::string> types;
  std::string charset;
  unsigned long long preference = kNoPreference;
  bool quoted_printable = false;
  bool base64 = false;
};

/// Where the value begins: the first colon that is not quoted; npos where there is none.
std::size_t find_colon(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return line.find(':');
}

Head read_head(std::string_view text) {
  Head head;
  const auto parts = split(text, ';');
  const auto name = trim(parts.front());
  head.name = ascii_upper(name.substr(name.find('.') + 1));  // without "item1."
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto part = trim(parts[i]);
    const auto equals = part.find('=');
    const auto key =
        ascii_upper(equals == std::string_view::npos ? "TYPE" : part.substr(0, equals));
    auto value = std::string(equals == std::string_view::npos ? part : part.substr(equals + 1));
    std::erase(value, '"');
    const auto upper = ascii_upper(value);
    if (key == "CHARSET") head.charset = value;
    if (key == "PREF") head.preference = parse_unsigned(value, 100).value_or(kNoPreference);
    if (key != "TYPE" && key != "ENCODING") continue;
    for (const auto one : split(upper, ',')) {
      if (one == "QUOTED-PRINTABLE") head.quoted_printable = true;
      if (one == "B" || one == "BASE64") head.base64 = true;
      if (one == "PREF") head.preference = 1;
      head.types.emplace_back(one);
    }
  }
  return head;
}

bool has_type(const Head& head, std::string_view type) {
  return std::find(head.types.begin(), head.types.end(), type) != head.types.end();
}

/// Whether the open property is quoted-printable, whose lines go on behind "=".
bool soft_line_break(std::string_view line) {
  if (!line.ends_with('=')) return false;
  const auto colon = find_colon(line);
  return colon != std::string_view::npos && read_head(line.substr(0, colon)).quoted_printable;
}

/// The components between semicolons that are not escaped, with their escapes undone.
std::vector<std::string> components(std::string_view value, bool divided) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == ';' && divided) {
      out.emplace_back();
    } else if (c == '\\' && i + 1 < value.size()) {
      const char escaped = value[++i];
      out.back() += escaped == 'n' || escaped == 'N' ? '\n' : escaped;
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// "1980-04-01" of what RFC 6350 §4.3.1 and 2.1 allow; empty for a date without year.
std::string date_of(std::string_view text) {
  const auto is_number = [](std::string_view s) {
    return std::all_of(s.begin(), s.end(), is_digit);
  };
  if (text.size() >= 8 && is_number(text.substr(0, 8))) {
    return std::string(text.substr(0, 4)) + '-' + std::string(text.substr(4, 2)) + '-' +
           std::string(text.substr(6, 2));
  }
  return parse_loose_time(text.substr(0, 10)) ? std::string(text.substr(0, 10)) : std::string();
}

bool is_unwanted(std::string_view name) {
  for (const std::string_view one : {"PHOTO", "LOGO", "KEY", "AGENT"}) {
    if (name == one) return true;
  }
  return false;
}

struct Component {
  std::size_t index;
  std::string_view field;
};

/// Which fields the components of a property are.
std::vector<Component> fields_of(const Head& head) {
  if (head.name == "N") return {{0, "family_name"}, {1, "given_name"}};
  if (head.name == "ORG") return {{0, "company"}, {1, "department"}};
  if (head.name == "ADR") {
    return {{2, "street"}, {3, "city"}, {4, "prefecture"}, {5, "postal_code"}, {6, "country"}};
  }
  return {};
}

/// The field of a property of one value; empty for one that no record has.
std::string_view field_of(const Head& head) {
  const auto& name = head.name;
  if (name == "TEL") {
    if (has_type(head, "FAX")) return "fax";
    if (has_type(head, "CELL") || has_type(head, "IPHONE")) return "mobile";
    return "phone";
  }
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"FN", "name"},
      {"TITLE", "title"},
      {"NOTE", "note"},
      {"URL", "url"},
      {"LANG", "language"},
      {"NICKNAME", "nickname"},
      {"CATEGORIES", "categories"},
      {"X-PHONETIC-LAST-NAME", "family_name_kana"},
      {"X-PHONETIC-FIRST-NAME", "given_name_kana"},
      {"X-PHONETIC-ORG", "company_kana"},
      {"SORT-STRING", "name_kana"},
  };
  for (const auto& [property, field] : kFields) {
    if (name == property) return field;
  }
  return {};
}

}  // namespace

/// The next property with its lines put together.
bool VcardReader::pull(std::string& line, std::uint64_t& number) {
  for (;;) {
    TextLine raw;
    if (!lines_.next_raw(raw)) {
      if (!finished_ || !has_open_) return false;
      has_open_ = false;
      line = std::move(open_);
      number = open_number_;
      return true;
    }
    const bool blank_first = raw.text.starts_with(' ') || raw.text.starts_with('\t');
    const bool soft = has_open_ && soft_line_break(open_);
    if (has_open_ && (soft || blank_first)) {
      if (dropping_) continue;
      if (soft) open_.pop_back();
      // 2.1 folds at a blank that stays, later versions put one in.
      open_ += soft || old_ ? std::string_view(raw.text) : std::string_view(raw.text).substr(1);
      if (open_.size() > limits::kRecordLine) {
        dropping_ = true;
        open_.resize(std::min(open_.size(), find_colon(open_)));  // its name tells what it was
      }
      continue;
    }
    const bool ready = std::exchange(has_open_, true);
    if (ready) {
      line = std::move(open_);
      number = open_number_;
    }
    open_ = std::move(raw.text);
    open_number_ = raw.number;
    dropping_ = raw.state == TextLine::State::TooLong;
    if (ready) return true;
  }
}

void VcardReader::begin_card(std::uint64_t number) {
  depth_ = 1;
  old_ = false;
  in_base64_ = false;
  after_agent_ = false;
  size_ = 0;
  mails_.clear();
  card_ = {};
  card_.line = number;
}

bool VcardReader::next(Contact& contact) {
  std::string line;
  std::uint64_t number = 0;
  while (pull(line, number)) {
    if (property(line, number, contact)) return true;
  }
  if (!finished_ || depth_ == 0) return false;
  depth_ = 0;
  contact = {};
  contact.line = card_.line;
  contact.wrong = "the card has no END:VCARD";
  return true;
}

/// Takes in one property; true when it ends a card, which is then `contact`.
bool VcardReader::property(std::string_view bytes, std::uint64_t number, Contact& contact) {
  if (trim(bytes).empty()) {
    in_base64_ = false;
    return false;
  }
  const auto colon = find_colon(bytes);
  if (colon == std::string_view::npos) {
    // Base64 of 2.1 may lie flush left.
    if (depth_ == 1 && !in_base64_) {
      card_.complaints.push_back("no property: \"" + to_valid_utf8(utf8_prefix(bytes, 60)) + '"');
    }
    return false;
  }
  const Head head = read_head(bytes.substr(0, colon));
  auto value = bytes.substr(colon + 1);
  if (head.name == "BEGIN") {
    if (depth_ == 0 || !after_agent_) {
      const bool torn = depth_ > 0;
      if (torn) {
        contact = {};
        contact.line = card_.line;
        contact.wrong = "the card has no END:VCARD";
      }
      begin_card(number);
      return torn;
    }
    ++depth_;
    after_agent_ = false;
    return false;
  }
  if (depth_ == 0) return false;
  after_agent_ = head.name == "AGENT";
  if (head.name == "END") {
    if (--depth_ > 0) return false;
    settle(card_);
    contact = std::move(card_);
    card_ = {};
    return true;
  }
  if (depth_ > 1) return false;
  in_base64_ = head.base64;
  if (head.name == "VERSION") old_ = trim(value).starts_with("2");
  if (head.base64 || is_unwanted(head.name)) return false;
  size_ += bytes.size();
  if (size_ > limits::kRecordLine) {
    card_.wrong = "the card is longer than 1 MiB";
    return false;
  }
  std::string decoded;
  if (head.quoted_printable) value = decoded = mime::decode_quoted_printable(value);
  auto text = text_in(value, head.charset.empty() ? encoding_ : mime::charset_name(head.charset));
  if (!text) {
    card_.values.push_back({head.name, std::string(field_of(head)), {}, false});
    return false;
  }
  const auto add = [&](std::string_view field, std::string_view what) {
    if (!trim(what).empty()) {
      card_.values.push_back({head.name, std::string(field), std::string(trim(what)), true});
    }
  };
  const auto fields = fields_of(head);
  const bool sound = head.name == "SOUND" && has_type(head, "X-IRMC-N");
  const auto parts = components(*text, !fields.empty() || sound);
  for (const auto& [index, field] : fields) {
    if (index < parts.size()) add(field, parts[index]);
  }
  if (sound) {
    add("family_name_kana", parts[0]);
    if (parts.size() > 1) add("given_name_kana", parts[1]);
  } else if (head.name == "EMAIL") {
    std::string_view address = trim(parts[0]);
    if (ascii_istarts_with(address, "mailto:")) address.remove_prefix(7);
    if (!address.empty()) mails_.push_back({head.preference, std::string(address)});
  } else if (head.name == "BDAY") {
    add("birthday", date_of(trim(parts[0])));
  } else if (fields.empty()) {
    std::string_view one = parts[0];
    if (head.name == "TEL" && ascii_istarts_with(one, "tel:")) one.remove_prefix(4);
    add(field_of(head), one);
  }
  return false;
}

/// Puts the addresses in order of preference.
void VcardReader::settle(Contact& contact) {
  for (const auto wanted : {true, false}) {
    auto best = std::min_element(mails_.begin(), mails_.end(), [](const Mail& a, const Mail& b) {
      return a.preference < b.preference;
    });
    if (best == mails_.end()) break;
    contact.values.push_back(
        {"EMAIL", wanted ? "email" : "alt_email", std::move(best->address), true});
    mails_.erase(best);
  }
}

}  // namespace hagaki::harvest
