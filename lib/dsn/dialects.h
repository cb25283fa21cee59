#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mime/reader.h"

namespace hagaki::dsn {

/// How one mail system writes its bounces: one row of data/dialects.json. Words are compared in
/// lower case. In each list one entry is enough; of the lists given all must hold.
struct Dialect {
  std::string id;
  std::string origin;                ///< software or service, as records name it
  std::vector<std::string> from;     ///< in the From field
  std::vector<std::string> subject;  ///< in the decoded Subject
  std::vector<std::string> header;   ///< "name" (is there) or "name: words" (holds them)
  std::vector<std::string> text;     ///< in the notice's first lines
  bool automatic = false;            ///< holds only for mail that a machine sent (is_automatic())
  bool reads = false;  ///< its notice tells the recipients: the text reader may look into it
  std::vector<std::string> begin;  ///< recipients stand behind the first of these, if any is there
  bool preamble = false;  ///< the words before the first recipient say what happened to all
  std::string reason;     ///< what it means where the words allow no verdict
  bool sole = false;      ///< names nobody: the recipient is the only one of the returned mail
};

/// What a mail tells about itself, as dialects are recognised by it.
struct Look {
  std::string from;     ///< lower case, decoded
  std::string subject;  ///< lower case, decoded
  std::string text;     ///< the notice's begin, lower case, white space squeezed
  const mime::Headers* headers = nullptr;
  bool automatic = false;
};

/// True for mail that says or shows that a machine sent it: null return path, a mailer's From,
/// Auto-Submitted (RFC 3834 §5), X-Failed-Recipients, multipart/report.
bool is_automatic(const mime::Message& message);

/// The table of dialects. Immutable.
class Dialects {
 public:
  /// Reads data/dialects.json's form. Error::Config names the row.
  static Result<Dialects> parse(std::string_view json);
  static const Dialects& embedded();

  /// The first row that holds, or nullptr. `readers_only` passes over rows that only know an
  /// origin.
  [[nodiscard]] const Dialect* recognise(const Look& look, bool readers_only) const;
  /// Lines (lower case, squeezed) behind which the returned mail stands in the notice's own text.
  [[nodiscard]] const std::vector<std::string>& separators() const { return separators_; }
  [[nodiscard]] const std::vector<Dialect>& rows() const { return rows_; }

 private:
  std::vector<Dialect> rows_;
  std::vector<std::string> separators_;
};

}  // namespace hagaki::dsn
