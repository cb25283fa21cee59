#pragma once

#include "base/result.h"
#include "options.h"

/// Checks that the options name one way of sending, or none where none is needed, and that what
/// they say of it fits together. The message of an Error names the conflict.
hagaki::Result<void> check_destination(const Options& options);
