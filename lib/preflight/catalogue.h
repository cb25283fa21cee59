#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "preflight/finding.h"

namespace hagaki::preflight {

enum class Severity {
  Error,    ///< a campaign must not start
  Warning,  ///< it is told
};

/// "error" or "warning".
std::string_view severity_name(Severity severity);

/// What a finding means, in one language. Each text is a clause or more without control characters.
struct Row {
  std::string id;
  Severity severity = Severity::Error;
  std::string what;       ///< what is wrong
  std::string receivers;  ///< what receivers do about it
  std::string remedy;     ///< how to mend it
  std::string source;     ///< RFC section, receiver's page, law
};

/// All findings there are.
class Catalogue {
 public:
  /// Reads the rows of one data file in `language` ("en", "ja") behind those that are there.
  /// Error::Config where a text is missing, an id stands twice, or a severity is none.
  Result<void> add(std::string_view json, std::string_view language);
  /// The files that were compiled in; any language but "ja" gives English.
  static Catalogue builtin(std::string_view language);

  /// nullptr for an id that it does not know.
  [[nodiscard]] const Row* find(std::string_view id) const;
  /// The row of a finding.
  [[nodiscard]] const Row& of(const Id& id) const;
  /// In the order of the files.
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// Known ids that resemble `id`, the closest first, three at most.
  [[nodiscard]] std::vector<std::string> close_to(std::string_view id) const;

 private:
  std::vector<Row> rows_;
};

}  // namespace hagaki::preflight
