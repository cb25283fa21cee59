#pragma once

#include <cstddef>
#include <string>

#include "batch.h"
#include "cli/input.h"
#include "formats.h"
#include "judged.h"
#include "listing.h"
#include "maildir.h"

/// Reads operands into batches for a pipeline: files of one mail, mbox files, files of events,
/// directories, standard input. Small files are left to the pipeline's threads, what is large or no
/// regular file is read here, piece by piece.
class MailReader {
 public:
  /// Keeps at most `most` bytes of a mail.
  MailReader(Pipeline& pipeline, std::size_t most, const Formats& formats)
      : pipeline_(pipeline), most_(most), formats_(formats) {}

  /// Reads a file, a directory or standard input ("-"). False when the pipeline says to stop.
  bool read(const std::string& operand, MaildirPart part);
  /// Hands over what is left. Same return.
  bool finish();

 private:
  bool add(FoundFile file);
  bool stream(const std::string& file);
  bool stream_events(hagaki::cli::Input& input, const std::string& file);
  bool submit();

  Pipeline& pipeline_;
  std::size_t most_;
  Formats formats_;
  Batch batch_;
};

/// Judges a batch: the pieces in it, or the files it names; `moved` finds those that another
/// program has moved meanwhile. Of a mail at most `most` bytes are read.
void judge(Batch& batch, std::size_t most, const Tables& tables, const Style& style,
           MovedMails& moved);
