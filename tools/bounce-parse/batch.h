#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ordered_pool.h"
#include "judged.h"

/// A regular file to be read by who judges it.
struct FoundFile {
  std::string path;
  std::size_t size = 0;
  bool maildir = false;  ///< one mail of a Maildir
  std::string trouble;   ///< instead: why it cannot be read
};

/// Mails that are judged together: enough of them that handing them over costs nothing.
struct Batch {
  struct Piece {
    std::size_t begin;
    std::size_t length;
    bool cut;
    bool quoted;                ///< mime::MboxMail::quoted
    std::uint64_t line = 0;     ///< of an event: where it stands
    std::string_view why = {};  ///< of an event that breaks off: what is wrong
  };
  std::string bytes;  ///< holds the pieces
  std::vector<Piece> pieces;
  bool events = false;           ///< the pieces are events of mail services, not mails
  std::string name;              ///< where they were read, for messages
  std::string file;              ///< and for records
  std::vector<FoundFile> files;  ///< instead of pieces: to be read by the worker
  /// Filled by the worker: what they came to, and the Maildir mails among `files` that have
  /// something written about them.
  Judged judged;
  std::vector<std::size_t> told;

  [[nodiscard]] bool empty() const { return pieces.empty() && files.empty(); }
  /// Bytes that it needs in memory until it was delivered.
  [[nodiscard]] std::size_t weight() const;
};

/// Judges batches in several threads.
using Pipeline = hagaki::OrderedPool<Batch>;
