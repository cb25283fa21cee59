#pragma once

#include <string>

#include "base/result.h"
#include "letter/template.h"
#include "preflight/preflight.h"

/// Reads a template's file or folder, with the pictures that its HTML names and what lies in
/// `attachments` beside it. Error::Config for a folder without message.txt.
hagaki::Result<hagaki::letter::TemplateFiles> read_template(const std::string& path);

/// What the checks before a campaign look at.
hagaki::preflight::PreflightInput preflight_input(const hagaki::letter::Template& message,
                                                  bool transactional);
