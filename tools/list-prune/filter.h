#pragma once

#include <optional>
#include <string>

#include "cli/exit.h"
#include "cli/input.h"
#include "cli/log.h"
#include "cli/output.h"
#include "drop_limit.h"
#include "kept_lines.h"
#include "options.h"
#include "records/reader.h"
#include "rules/prune.h"
#include "run.h"
#include "spool.h"

/// Passes the recipients through the rules and writes who is kept and who is pruned; the last part
/// of a run, when all that they are judged by has been read.
class Filter {
 public:
  Filter(const Options& options, Outputs outputs, hagaki::cli::Log& log, Summary& summary);
  hagaki::cli::Exit go(hagaki::rules::Pruner& pruner);

 private:
  using End = std::optional<hagaki::cli::Exit>;  ///< where the run must end
  End open_outputs();
  End read(hagaki::cli::Input& input, hagaki::rules::Pruner& pruner);
  bool is_whole(const hagaki::records::Line& line);
  End one(const hagaki::records::Line& line, hagaki::rules::Pruner& pruner);
  End pass_on(std::string_view record);
  End note(const hagaki::records::Line& line, const hagaki::rules::Decision& decision);
  End give_out();
  hagaki::cli::Exit failed(const hagaki::Error& error);
  hagaki::cli::Exit lost_kept();
  hagaki::cli::Exit lost(const hagaki::cli::Output& output, const std::string& name);

  const Options& options_;
  Outputs outputs_;
  hagaki::cli::Log& log_;
  Summary& summary_;
  DropLimit limit_;
  bool only_looks_;  ///< --dry-run, --check: nothing is written
  bool per_domain_;  ///< somebody asks for counts by domain
  std::uint64_t dropped_ = 0;
  std::string input_name_;
  hagaki::records::LineParser parser_;
  std::optional<Spool> kept_spool_;  ///< with a limit: until it is known that it holds
  std::optional<Spool> pruned_spool_;
  std::optional<hagaki::cli::Output> pruned_file_;
  std::optional<KeptLines> kept_;
  hagaki::cli::Output* pruned_ = nullptr;
};
