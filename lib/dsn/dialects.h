#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/word_finder.h"
#include "dsn/look.h"
#include "dsn/prefixes.h"
#include "mime/reader.h"

namespace hagaki::dsn {

/// The origin of rows that recognise a bounce, but not who wrote it.
inline constexpr std::string_view kUnknownOrigin = "unknown";

/// How one mail system writes its bounces: one row of data/dialects.json. Words are compared in
/// lower case. In each list one entry is enough; of the lists given all must hold.
struct Dialect {
  std::string id;
  std::string origin;                ///< software or service, as records name it
  std::vector<std::string> from;     ///< in the From field
  std::vector<std::string> subject;  ///< in the decoded Subject
  std::vector<std::string> header;   ///< "name" (is there) or "name: words" (holds them)
  std::vector<std::string> text;     ///< in the notice's begin
  bool automatic = false;            ///< holds only for mail that a machine sent (is_automatic())
  bool mailer = false;               ///< holds only for what a mailer sent (is_mailer())
  bool codes = false;  ///< holds only where the notice's begin has reply and status code together
  bool reads = false;  ///< its notice tells the recipients: the text reader may look into it
  std::vector<std::string> begin;  ///< recipients stand behind the first of these, if any is there
  std::vector<std::string> end;    ///< general advice from the first of these on
  bool preamble = false;  ///< the words before the first recipient say what happened to all
  std::string reason;     ///< what it means where the words allow no verdict
  bool sole = false;      ///< names nobody: the recipient is the only one of the returned mail
  bool last = false;      ///< asked only when the mail is nothing else (an automatic reply)
  /// Knows mail of mailers that reports on nobody's mail and may name addresses and replies, such
  /// as digests of quarantines: where no system's own row and no row's subject speaks for a bounce.
  bool no_bounce = false;
};

/// Words that notices of any system share.
struct Phrases {
  Prefixes separators;      ///< of lines behind which the returned mail stands in the notice itself
  Prefixes labels;          ///< stand before an address at the head of a line
  Prefixes telling_labels;  ///< the same, and tell what happened
  Prefixes absences;        ///< of subjects of automatic answers
};

/// The table of dialects. Immutable.
class Dialects {
 public:
  /// Reads data/dialects.json's form. Error::Config names the row.
  static Result<Dialects> parse(std::string_view json);
  static const Dialects& embedded();

  enum class Rows { All, Readers, LastReaders };
  /// Finds in `look` the words of all rows and those that tell tenor and phase, and whether it is
  /// one of those mails that are no bounces; call before recognise().
  void look_up(Look& look) const;
  /// The first row that holds, or nullptr. Readers passes over rows that only know an origin, and
  /// leaves those marked `last` to LastReaders. Rows that know no bounces are none of these.
  [[nodiscard]] const Dialect* recognise(const Look& look, Rows among) const;
  [[nodiscard]] const Phrases& phrases() const { return phrases_; }
  [[nodiscard]] const std::vector<Dialect>& rows() const { return rows_; }

 private:
  std::vector<Dialect> rows_;
  void index();
  [[nodiscard]] bool holds(std::size_t row, const Look& look) const;
  [[nodiscard]] bool is_no_bounce(const Look& look) const;

  Phrases phrases_;
  WordFinder words_;  ///< of the rows' from, subject and text, of tenor and phase
};

}  // namespace hagaki::dsn
