#pragma once

#include <string>
#include <vector>

#include "address/unsubscribe_token.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"

/// Writes an "unsubscribe" record of hagaki-records(5) for each of `tokens`, or of the lines of
/// standard input where there are none (and for "-"); each may be a link or a subject with the
/// token in it. What none of `keys` has made is told, by its place and never by its text. Exit::No
/// where that was so, and where there was nothing: who asks for one answer gets one.
hagaki::cli::Exit verify_tokens(const std::vector<std::string>& tokens,
                                const hagaki::unsubscribe::Keys& keys, hagaki::cli::Output& out,
                                hagaki::cli::Log& log);
