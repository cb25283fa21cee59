#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mime/reader.h"

namespace hagaki::dsn {

/// What a notice says of the whole matter.
struct Tenor {
  bool delay = false;    ///< the mail is still being tried
  bool success = false;  ///< it has arrived
};

/// What a mail tells about itself at first sight. Words are in lower case, white space squeezed.
struct Look {
  std::string from;       ///< decoded
  std::string subject;    ///< decoded
  std::string text;       ///< the notice, but for what it quotes line by line
  std::size_t begin = 0;  ///< bytes of `text` by which a dialect is recognised
  bool whole = true;      ///< all of the notice is in `text`
  const mime::Headers* headers = nullptr;
  bool automatic = false;  ///< is_automatic()
  bool mailer = false;     ///< is_mailer()
  bool codes = false;      ///< by find_codes(): reply code and status code stand in the begin

  // Found by Dialects::look_up():
  std::vector<std::uint8_t> held;  ///< a bit a condition of each row
  Tenor tenor;                     ///< of `text`
  Tenor subject_tenor;             ///< of `subject`
  bool no_bounce = false;          ///< a row says so that knows what is none
  bool phase = false;              ///< `text` may tell a phase of the dialogue (see Quote)

  /// Sets `codes`: only for a mail of which nothing else is known is it worth the time.
  void find_codes();
};

/// Looks at a mail whose notice is `text`.
Look look_at(const mime::Message& message, std::string_view text);

/// True for what a mail system itself has sent: null return path, a mailer's From,
/// X-Failed-Recipients, multipart/report.
bool is_mailer(const mime::Message& message);

/// True for mail that says or shows that a machine sent it: is_mailer() or Auto-Submitted (RFC 3834
/// §5).
bool is_automatic(const mime::Message& message);

}  // namespace hagaki::dsn
