#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "dkim/signature.h"

/// What --dkim names.
struct SignerFile {
  std::string domain;  ///< A-labels, lower case
  std::string selector;
  std::string file;  ///< of the key
};

/// Takes "DOMAIN:SELECTOR:FILE" apart. Error::Config says what is wrong.
hagaki::Result<SignerFile> parse_signer(const std::string& value);

/// The signers that --dkim names, each with the key in its file. Error::Denied where others may
/// read one; Error::Config for what is no key, and for a selector that a domain has twice. Errors
/// name the file.
hagaki::Result<std::vector<hagaki::dkim::Signer>> read_signers(
    const std::vector<std::string>& values);

/// The records of their keys, as lines of a zone file.
std::string dkim_records(const std::vector<hagaki::dkim::Signer>& signers);
