#include "setup.h"

#include "base/limits.h"
#include "cli/input.h"
#include "cli/secret.h"

using namespace hagaki;

Result<dnsbl::ZoneTable> load_table(const Options& options) {
  auto table = dnsbl::ZoneTable::builtin();
  if (!table || options.zones_file.empty()) return table;
  const auto text = cli::read_whole(options.zones_file, limits::kDataFile);
  if (!text) return tl::unexpected(text.error());
  auto more = dnsbl::ZoneTable::parse(*text, options.zones_file);
  if (!more) return more;
  table->extend(std::move(*more));
  return table;
}

Result<dnsbl::Keys> load_keys(const Options& options) {
  if (options.keys_file.empty()) return dnsbl::Keys{};
  const auto text = cli::read_private(options.keys_file);
  if (!text) return tl::unexpected(text.error());
  return dnsbl::parse_keys(*text, options.keys_file);
}
