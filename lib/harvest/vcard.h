#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harvest/contact_reader.h"

namespace hagaki::harvest {

/// Contacts of vCards: 2.1 as phones write it (quoted-printable, CHARSET=SHIFT_JIS), 3.0 (RFC 2426)
/// and 4.0 (RFC 6350). The preferred address comes first. Pictures, sounds and keys are passed
/// over. A card without its end, or longer than limits::kRecordLine beside those, is wrong.
class VcardReader : public ContactReader {
 public:
  /// `lines` must outlive this. `encoding` is that of 8-bit text that names none; empty = detect.
  VcardReader(LineReader& lines, std::string_view encoding) : lines_(lines), encoding_(encoding) {}

  bool next(Contact& contact) override;

 private:
  struct Mail {
    unsigned long long preference;
    std::string address;
  };

  bool pull(std::string& line, std::uint64_t& number);
  bool property(std::string_view bytes, std::uint64_t number, Contact& contact);
  void settle(Contact& contact);
  void begin_card(std::uint64_t number);

  LineReader& lines_;
  std::string encoding_;
  std::string open_;  ///< the property at hand, unfolded so far
  std::uint64_t open_number_ = 0;
  bool has_open_ = false;
  bool dropping_ = false;  ///< the rest of a property that is not wanted

  int depth_ = 0;     ///< 0 outside of a card; a card inside a card (AGENT) is passed over
  bool old_ = false;  ///< version 2.1
  bool in_base64_ = false;
  bool after_agent_ = false;
  std::size_t size_ = 0;
  std::vector<Mail> mails_;
  Contact card_;
};

}  // namespace hagaki::harvest
