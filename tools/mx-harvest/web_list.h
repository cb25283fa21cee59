#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "list_reader.h"

/// Whether an operand is a page to fetch.
bool is_web_source(std::string_view name);

/// The addresses on pages of the web, and on those they link to as far as the settings go, in the
/// order of `urls`. Sites are read side by side by a thread of its own. Why a page cannot be had is
/// a problem of the batch.
std::unique_ptr<ListReader> web_list(std::vector<std::string> urls, const Settings& settings);
