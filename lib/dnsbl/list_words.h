#pragma once

#include <functional>
#include <string>

#include "dns/resolver.h"

namespace hagaki::dnsbl {

/// A list's own words about a target, asked for when they are wanted or before.
struct ListWords {
  bool known = false;
  std::string text;
  std::function<void()> then;  ///< once they are known; empty while nobody wants them
};

/// The TXT records of `answer` as one line of UTF-8 of bounded length, without `key`.
std::string words_of(const dns::Answer& answer, const std::string& key);

/// `text` without the key, should a list quote the question.
std::string without_key(std::string text, const std::string& key);

}  // namespace hagaki::dnsbl
