#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/table.h"
#include "domains.h"

/// What a person at a terminal sees in place of records. Nothing of an address is cut while another
/// column can give way.
class PeopleTable {
 public:
  enum class Of { Recipients, Domains };
  /// Without `dns` there are no columns of what DNS says. `lang` is that of the titles.
  PeopleTable(Of of, bool dns, std::string_view lang);

  /// `who` is an address or a domain, `what` the name of the one or how many recipients the other
  /// has.
  void add(const std::string& who, const std::string& what, const DomainFacts& facts);
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// The rows that there are, as text; begins anew behind it. Empty where there are none.
  std::string take(std::size_t columns, bool color);

 private:
  [[nodiscard]] hagaki::cli::Table titles() const;
  Of of_;
  bool dns_;
  bool japanese_;
  hagaki::cli::Table table_;
  std::size_t rows_ = 0;
};
