#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "letter/template.h"
#include "options.h"

/// What the options of bulk mail add to the template `files`: headers, and the sender's name. The
/// tokens in them are merge fields (campaign_fields.h). Error::Config says what is missing.
hagaki::Result<hagaki::letter::Additions> campaign_additions(
    const Options& options, const hagaki::letter::TemplateFiles& files);

/// The value of List-Id (RFC 2919) that "Text <id.example.jp>", "<id.example.jp>" or
/// "id.example.jp" names, text in encoded words where it needs them. Error::Config says what is
/// wrong.
hagaki::Result<std::string> list_id_value(std::string_view option);

/// Error::Config where a Feedback-ID is not one to four identifiers with colons between, the last
/// of 5 to 15 characters, as Google asks for.
hagaki::Result<void> check_feedback_id(std::string_view value);
