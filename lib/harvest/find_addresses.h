#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::harvest {

/// Finds the mail addresses in running text (UTF-8), line by line. Strict, so that "image@2x.png"
/// and "foo@bar" are none: the domain must be one that mail can go to (is_mail_domain()), the local
/// part is a dot-string, with the dots of Japanese carriers, or stands in quotes. Japanese text may
/// touch an address on either side. Found too: full-width forms, which come out as ASCII, and
/// "user [at] example [dot] com". Not taken: user names in URLs, message handles ("@user@host"),
/// remote paths ("git@host:path"), and the ids of messages in a mail's header.
class AddressFinder {
 public:
  /// Adds the addresses of the next line to `out`, in order, in their spelling there.
  void find(std::string_view line, std::vector<std::string>& out);

 private:
  bool in_ids_ = false;  ///< a header line of Message-IDs, which the next may go on with
};

/// The addresses in `text`, in order; see AddressFinder.
std::vector<std::string> find_addresses(std::string_view text);

/// The addresses that `text` writes with another sign and says so: "info★example.jp" where it says
/// 「★を@に変えてください」.
std::vector<std::string> find_resigned_addresses(std::string_view text);

}  // namespace hagaki::harvest
