#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Gets each mail and the name of where it was read; false stops reading.
using OnMail = std::function<bool(std::string_view mail, const std::string& file)>;
/// Hears of what could not be read.
using OnBad = std::function<void(const hagaki::Error&)>;

/// The files to read for one operand: itself ("-" is standard input), or where it is a directory
/// all regular files in it, sorted by name. Of a Maildir the mails in new and cur. Directories in
/// it are walked too; names that begin with a dot and links to directories are passed over.
hagaki::Result<std::vector<std::string>> list_files(const std::string& operand);

/// Reads a file of one mail or an mbox and hands out each mail, in place. What cannot be read is
/// told to `on_bad`, and reading goes on behind it. False when `on_mail` said to stop.
bool read_mails(const std::string& file, const OnMail& on_mail, const OnBad& on_bad);
