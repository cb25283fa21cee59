#include "harvest/ldif.h"

#include <utility>

#include "base/text.h"
#include "harvest/encoding.h"
#include "mime/decode.h"

namespace hagaki::harvest {
namespace {

/// The field of an attribute type (lower case, without options); empty for another.
std::string_view field_of(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"mail", "email"},
      {"rfc822mailbox", "email"},
      {"mozillasecondemail", "alt_email"},
      {"cn", "name"},
      {"displayname", "name"},
      {"sn", "family_name"},
      {"surname", "family_name"},
      {"givenname", "given_name"},
      {"gn", "given_name"},
      {"o", "company"},
      {"organizationname", "company"},
      {"company", "company"},
      {"ou", "department"},
      {"department", "department"},
      {"title", "title"},
      {"telephonenumber", "phone"},
      {"mobile", "mobile"},
      {"cellphone", "mobile"},
      {"facsimiletelephonenumber", "fax"},
      {"postalcode", "postal_code"},
      {"st", "prefecture"},
      {"l", "city"},
      {"street", "street"},
      {"streetaddress", "street"},
      {"preferredlanguage", "language"},
      {"description", "note"},
  };
  for (const auto& [name, field] : kFields) {
    if (type == name) return field;
  }
  return {};
}

/// The kana of a name: an attribute with the option ";phonetic" (as Japanese directories have it).
std::string_view phonetic_field(std::string_view field) {
  if (field == "name") return "name_kana";
  if (field == "family_name") return "family_name_kana";
  if (field == "given_name") return "given_name_kana";
  if (field == "company") return "company_kana";
  return {};
}

}  // namespace

/// Takes in "type;option: value".
void LdifReader::attribute(std::string_view line) {
  if (line.starts_with('#') || line == "-") return;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    entry_.complaints.push_back("no attribute: \"" + to_valid_utf8(utf8_prefix(line, 60)) + '"');
    return;
  }
  const auto described = ascii_lower(trim(line.substr(0, colon)));
  const auto options = split(described, ';');
  const auto type = options.front();
  if (type == "version" || type == "dn" || type == "changetype" || type == "control" ||
      type == "add" || type == "replace" || type == "delete" || type == "userpassword") {
    return;
  }
  auto value = line.substr(colon + 1);
  if (value.starts_with('<')) {
    if (!field_of(type).empty()) {
      entry_.complaints.push_back(std::string(type) + ": kept elsewhere, by a URL");
    }
    return;
  }
  std::string decoded;
  if (value.starts_with(':')) {
    value = decoded = mime::decode_base64(value.substr(1));
  }
  auto field = field_of(type);
  for (const auto option : options) {
    if (option == "binary") return;
    if (option == "phonetic") field = phonetic_field(field);
  }
  auto text = text_in(value, encoding_);
  const bool readable = text.has_value();
  kept_ += readable ? text->size() : 0;
  if (kept_ > limits::kRecordLine) {
    entry_.wrong = "the entry is longer than 1 MiB";
    return;
  }
  entry_.values.push_back({std::string(type), std::string(field),
                           readable ? std::string(trim(*text)) : std::string(), readable});
}

/// Ends the entry; true where there was one.
bool LdifReader::close(Contact& contact) {
  kept_ = 0;
  if (!std::exchange(in_entry_, false)) return false;
  const bool any = !entry_.values.empty() || !entry_.wrong.empty() || !entry_.complaints.empty();
  if (any) contact = std::move(entry_);
  entry_ = {};
  return any;
}

bool LdifReader::next(Contact& contact) {
  TextLine raw;
  const auto put_away = [&] {
    if (!std::exchange(has_open_, false)) return;
    if (too_long_) {
      // A picture may be that long; what a record takes is not.
      const auto type = ascii_lower(open_.substr(0, open_.find_first_of(":;")));
      if (open_.empty() || !field_of(type).empty()) entry_.wrong = "a line is longer than 1 MiB";
      return;
    }
    attribute(open_);
  };
  while (lines_.next_raw(raw)) {
    if (raw.text.empty() && raw.state == TextLine::State::Good) {
      put_away();
      if (close(contact)) return true;
      continue;
    }
    if (has_open_ && raw.text.starts_with(' ')) {
      too_long_ = too_long_ || open_.size() + raw.text.size() > limits::kRecordLine;
      if (!too_long_) open_ += std::string_view(raw.text).substr(1);
      continue;
    }
    put_away();
    if (!std::exchange(in_entry_, true)) {
      entry_ = {};
      entry_.line = raw.number;
    }
    has_open_ = true;
    too_long_ = raw.state == TextLine::State::TooLong;
    open_ = std::move(raw.text);
  }
  if (!finished_) return false;
  put_away();
  return close(contact);
}

}  // namespace hagaki::harvest
