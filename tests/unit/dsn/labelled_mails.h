#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsn/report.h"

/// A line of a labels.tsv: what a mail says of one recipient. Empty where it says nothing.
struct Label {
  std::string file, origin, recipient, final_recipient, action, status, code, reason, hard;
};

struct LabelledMail {
  std::string file;  ///< from the folder of its labels.tsv on
  std::string origin;
  std::string bytes;
  std::vector<Label> recipients;
};

/// The mails below tests/data/FOLDER as its labels.tsv has them; a mail without a label fails.
std::vector<LabelledMail> labelled_mails(const std::string& folder);

/// Reads `bytes`, which are the mail or what became of it on its way, and checks what the labels
/// say but for the status: words alone do not tell it.
hagaki::dsn::Report check_labels(const LabelledMail& mail, std::string_view bytes);
