#pragma once

#include "harvest/contact.h"
#include "harvest/lines.h"

namespace hagaki::harvest {

/// Contacts of an address book, from its lines as bytes: lines may be folded inside a character.
class ContactReader {
 public:
  ContactReader() = default;
  ContactReader(const ContactReader&) = delete;
  ContactReader& operator=(const ContactReader&) = delete;
  virtual ~ContactReader() = default;
  /// No more bytes will come: what is open is cut short.
  void finish() { finished_ = true; }
  /// The next contact; false when the lines have run out.
  virtual bool next(Contact& contact) = 0;

 protected:
  bool finished_ = false;
};

}  // namespace hagaki::harvest
