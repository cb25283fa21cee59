#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "letter/fields.h"
#include "letter/file_part.h"
#include "letter/merge_text.h"

/// Reads a file to send under its own name. Error::Unopened where it is not there or no regular
/// file, Error::Limit for more than a mail may hold.
hagaki::Result<hagaki::letter::File> read_attachment(const std::string& path);

/// Whether `name`, a relative path that others have written, names something below `folder`, links
/// followed.
bool is_inside(const std::string& name, const std::filesystem::path& folder);

/// Finds the files that one recipient's record names, all of them in one folder.
class OwnAttachments {
 public:
  /// `field` names a file, or is a list of such names, or of objects with `file` and `name` (what
  /// the recipient sees it called). Names are relative to `folder`.
  OwnAttachments(std::string field, std::string folder);

  /// The parts of the recipient's message: none where the field is empty, or absent and `missing`
  /// says so. Error::NotFound for an absent field, Error::Unopened for a file that is not there,
  /// Error::Denied for one outside of the folder.
  [[nodiscard]] hagaki::Result<std::vector<std::string>> parts(
      const hagaki::letter::Fields& fields, hagaki::letter::Missing missing) const;

 private:
  [[nodiscard]] hagaki::Result<std::string> part(const std::string& file,
                                                 const std::string& name) const;

  std::string field_;
  std::string folder_;
};
