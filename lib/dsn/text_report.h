#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dsn/dialects.h"

namespace hagaki::dsn {

/// A recipient that a notice in plain words names, and the words that belong to it.
struct Named {
  std::string address;
  std::string original;  ///< "expanded from", "generated from": the address before forwarding
  std::string words;     ///< one line
  std::string phase;     ///< from a transcript: "rcpt", "body"…
  std::string host;      ///< the server that a transcript names
};

/// What a notice in plain words names.
struct TextReport {
  std::vector<Named> named;  ///< kMaxRecipients at most
  bool cut = false;          ///< it names more
};

/// Reads the recipients out of a notice's words: an address at the head of a line, with what
/// follows up to the next one; the dialogue that Sendmail and others quote (">>> RCPT To", "<<<
/// 550"); otherwise an address inside a sentence. `dialect` (may be null) says behind which words
/// recipients stand. The addresses that `ours` gives are never taken from inside a sentence; it is
/// asked only when nothing stands at the head of a line.
TextReport read_text_report(std::string_view notice, const Phrases& phrases, const Dialect* dialect,
                            const std::function<std::vector<std::string>()>& ours);

}  // namespace hagaki::dsn
