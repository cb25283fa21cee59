#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "harvest/columns.h"
#include "harvest/consent.h"
#include "harvest/csv.h"

namespace hagaki::harvest {

/// Somebody on a list, as read.
struct Recipient {
  std::string email;   ///< as it stands on the list, trimmed
  std::string domain;  ///< A-label form
  std::string name;
  std::vector<std::pair<std::string, std::string>>
      fields;  ///< the other columns that hold something
  Consent consent;
  /// What could not be read beside the address ("consent_at is no date: …"); the recipient stands.
  std::vector<std::string> complaints;
};

/// Makes recipients of the records of one file.
class RowMapper {
 public:
  /// `consent` is what --consent states for everyone. Columns of the file are stronger: a record
  /// with a basis of its own takes nothing from it, another one what its columns leave open.
  RowMapper(ColumnPlan plan, Consent consent);

  /// Error::Syntax says why the record names nobody: no address, a bad one, too many fields. Takes
  /// the record's texts out of it. A recipient whose list has no name but family and given name
  /// gets both as its name, in the order of the language they are written in; so does `name_kana`.
  /// One without a first address has the second as `email`.
  Result<Recipient> map(CsvRecord& record) const;

 private:
  enum class Role { Field, Email, Name, ConsentBasis, ConsentAt, ConsentEvidence, ConsentExpires };
  Result<void> set_addresses(std::vector<std::string>& cells, Recipient& out) const;
  ColumnPlan plan_;
  bool parts_ = false;  ///< there are columns that make a name, or one in kana
  bool kana_parts_ = false;
  std::size_t alt_email_;  ///< its column; past all where there is none
  std::vector<Role> roles_;
  Consent consent_;
};

/// A recipient of nothing but an address. Error::Syntax when it is none.
Result<Recipient> bare_recipient(std::string_view address, const Consent& consent);

}  // namespace hagaki::harvest
