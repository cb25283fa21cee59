#include "setup.h"

#include <set>
#include <string>
#include <tuple>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "cli/secret.h"

using namespace hagaki;

namespace {

constexpr std::size_t kMaxTargets = 65536;
constexpr std::size_t kMaxLine = 4096;

/// Collects targets, each once, up to the bound.
class Collector {
 public:
  Collector(Targets& out, cli::Log& log) : out_(out), log_(log) {}

  /// `where` names the line, or is empty for an operand.
  void add(std::string_view spec, const std::string& where) {
    auto parsed = spec.size() > kMaxLine ? fail(ErrorCode::Limit, "longer than any target")
                                         : dnsbl::parse_target(spec);
    if (parsed && out_.good.size() + parsed->size() > kMaxTargets) {
      parsed = fail(ErrorCode::Limit, "more than " + std::to_string(kMaxTargets) + " targets",
                    std::string(trim(spec)));
    }
    if (!parsed) {
      ++out_.bad;
      log_.bad_line(where.empty() ? parsed.error().text() : where + ": " + parsed.error().text());
      return;
    }
    for (auto& target : *parsed) {
      if (seen_.insert({target.kind, target.text}).second) out_.good.push_back(std::move(target));
    }
  }

  void add_lines(std::string_view text) {
    std::size_t number = 0;
    for (const auto line : split(text, '\n')) {
      ++number;
      const auto spec = trim(line);
      if (spec.empty() || spec.front() == '#') continue;
      add(spec, "stdin:" + std::to_string(number));
    }
  }

 private:
  Targets& out_;
  cli::Log& log_;
  std::set<std::pair<dnsbl::Kind, std::string>> seen_;
};

}  // namespace

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

Result<Targets> read_targets(const Options& options, cli::Log& log) {
  Targets out;
  Collector collector(out, log);
  auto specs = options.targets;
  if (specs.empty()) specs.emplace_back("-");
  for (const auto& spec : specs) {
    if (spec != "-") {
      collector.add(spec, {});
      continue;
    }
    const auto text = cli::read_whole("-", limits::kDataFile);
    if (!text) return tl::unexpected(text.error());
    collector.add_lines(*text);
  }
  // An empty answer would read as "nothing is listed".
  if (out.good.empty() && out.bad == 0) return fail(ErrorCode::NotFound, "no target was given");
  return out;
}
