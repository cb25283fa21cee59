#pragma once

#include <string>
#include <vector>

#include "dsn/dialects.h"
#include "dsn/look.h"
#include "dsn/notice.h"
#include "mime/reader.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// A mail that is being read, and by what. All outlive it.
struct Reading {
  const mime::Message& message;
  const Notice& notice;
  const Look& look;
  const reason::Rules& rules;
  const Dialects& dialects;

  /// The notice's words where no recipient has words of its own.
  [[nodiscard]] std::string words_for_all() const;
  /// The addresses of those who wrote the notice and of whoever sent the mail that it is about.
  [[nodiscard]] std::vector<std::string> own_addresses() const;
};

}  // namespace hagaki::dsn
