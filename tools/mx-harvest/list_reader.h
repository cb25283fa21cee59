#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/input.h"
#include "row.h"

/// A source that is read bit by bit into rows.
class ListReader {
 public:
  ListReader() = default;
  ListReader(const ListReader&) = delete;
  ListReader& operator=(const ListReader&) = delete;
  virtual ~ListReader() = default;

  /// Adds to `batch` until it has `most` rows and problems, or as many as there are without waiting
  /// for more input (at least one). False at the end of the source. Error::Io when reading failed,
  /// Error::Config when the settings do not fit it, Error::Syntax when it is no list at all: these
  /// end it.
  virtual hagaki::Result<bool> read(Batch& batch, std::size_t most) = 0;
};

/// A file on its way into a reader: all of these outlive it.
struct ListFile {
  hagaki::cli::Input& input;
  const Settings& settings;
  std::string_view ahead;  ///< bytes read already; only during construction
};

/// Readers of one kind of file each.
std::unique_ptr<ListReader> csv_list(const ListFile& file, char delimiter);
std::unique_ptr<ListReader> text_list(const ListFile& file);
std::unique_ptr<ListReader> json_list(const ListFile& file);
std::unique_ptr<ListReader> vcard_list(const ListFile& file);
std::unique_ptr<ListReader> ldif_list(const ListFile& file);
std::unique_ptr<ListReader> xlsx_list(const ListFile& file);
std::unique_ptr<ListReader> mail_list(const ListFile& file);
std::unique_ptr<ListReader> html_list(const ListFile& file);

/// The mails of a Maildir (its new and cur). Error::Unopened where `folder` is another directory.
hagaki::Result<std::unique_ptr<ListReader>> maildir_list(const std::string& folder,
                                                         const Settings& settings);

/// What a batch holds.
inline std::size_t filled(const Batch& batch) {
  return batch.rows.size() + batch.problems.size();
}

/// "customers.csv:12".
inline std::string place(const std::string& file, std::uint64_t number) {
  return file + ':' + std::to_string(number);
}

/// What one read brings, at least a byte; empty at the end and on failure (in.bad()).
std::string_view read_chunk(std::istream& in, std::vector<char>& chunk);

/// All of a file, what was read of it already included. Error::Syntax where it is larger than
/// `most`, Error::Io.
hagaki::Result<std::string> read_all(const ListFile& file, std::size_t most);
