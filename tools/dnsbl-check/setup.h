#pragma once

#include "base/result.h"
#include "dnsbl/selection.h"
#include "dnsbl/zones.h"
#include "options.h"

/// The zone table: built in, with --zones added.
hagaki::Result<hagaki::dnsbl::ZoneTable> load_table(const Options& options);

/// The keys of --keys; none where it is not given. Error::Denied when others may read the file.
hagaki::Result<hagaki::dnsbl::Keys> load_keys(const Options& options);
