#pragma once

#include <string>

#include "base/result.h"
#include "letter/template.h"

/// Reads a template's file or folder, with the pictures that its HTML names and what lies in
/// `attachments` beside it. Error::Config for a folder without message.txt.
hagaki::Result<hagaki::letter::TemplateFiles> read_template(const std::string& path);
