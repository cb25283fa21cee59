#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harvest/columns.h"
#include "harvest/consent.h"
#include "harvest/recipient.h"

namespace hagaki::harvest {

/// An entry of an address book, as its file has it.
struct Contact {
  struct Value {
    std::string header;  ///< the name of the property or attribute
    std::string field;   ///< what it means by its standard; empty where that says nothing
    std::string text;
    bool readable = true;  ///< false where the bytes are no text; `text` is empty then
  };
  std::vector<Value> values;
  std::uint64_t line = 0;               ///< where it begins
  std::string wrong;                    ///< why it cannot be used; empty when it can
  std::vector<std::string> complaints;  ///< what of it could not be read
};

/// Makes recipients of contacts: what a value means, by --map, else by its standard, else by the
/// table of column headers; other values are left out. The first address is `email`, the second
/// `alt_email`; of other fields the first value counts.
class ContactMapper {
 public:
  /// Error::Config for a bad override. `names` must outlive the mapper.
  static Result<ContactMapper> create(const ColumnNames& names,
                                      const std::vector<std::string>& overrides, Consent consent);

  /// Nothing where the contact has no address at all; Error::Syntax where it has a bad one.
  Result<std::optional<Recipient>> map(Contact& contact) const;

 private:
  ContactMapper(const ColumnNames& names, std::vector<ColumnOverride> overrides, Consent consent);
  const ColumnNames* names_;
  std::vector<ColumnOverride> overrides_;  ///< columns folded
  Consent consent_;
};

}  // namespace hagaki::harvest
