#include "filter.h"

#include <utility>
#include <vector>

#include <fmt/core.h>

#include "records/reader.h"

using namespace hagaki;
using cli::Exit;

Filter::Filter(const Options& options, Outputs outputs, cli::Log& log, Summary& summary)
    : options_(options),
      outputs_(outputs),
      log_(log),
      summary_(summary),
      limit_{parse_share(options.max_drop), parse_share(options.max_drop_domain)},
      only_looks_(options.only_looks()),
      per_domain_(options.stats || options.dry_run || limit_.of_domain) {}

Exit Filter::go(rules::Pruner& pruner) {
  std::vector<cli::Input> inputs;
  for (const auto& path : options_.files.empty() ? std::vector<std::string>{"-"} : options_.files) {
    auto input = cli::open_input(path);
    if (!input) return failed(input.error());
    inputs.push_back(std::move(*input));
  }
  if (const auto end = open_outputs()) return *end;
  for (auto& input : inputs) {
    if (const auto end = read(input, pruner)) return *end;
  }
  if (summary_.read == 0 && options_.files.empty() &&
      options_.events.size() + options_.suppress.size() > 0) {
    log_.warning(
        "no recipients on standard input; a FILE behind --events or --suppress belongs to that "
        "option unless \"--\" stands before it");
  }
  const auto exceeded = limit_.exceeded(summary_.read, dropped_, summary_.domains);
  if (!exceeded.empty()) {
    for (const auto& text : exceeded) log_.error(text);
    log_.error(
        "nothing is written; see whether a provider refuses us all, and raise the limit "
        "where these are dead indeed");
    summary_.past_limit = true;
    return Exit::TempFail;
  }
  if (const auto end = give_out()) return *end;
  if (options_.check && summary_.pruned_total() > 0) return Exit::No;
  return summary_.bad > 0 ? Exit::Data : Exit::Ok;
}

Filter::End Filter::open_outputs() {
  const bool hold_back = (limit_.of_list || limit_.of_domain) && !only_looks_;
  if (hold_back) {
    for (auto* spool : {&kept_spool_, &pruned_spool_}) {
      auto opened = Spool::open();
      if (!opened) return failed(opened.error());
      spool->emplace(std::move(*opened));
    }
    pruned_ = &pruned_spool_->output();
  } else if (!options_.pruned.empty() && !only_looks_) {
    auto opened = cli::Output::open(options_.pruned);
    if (!opened) {
      log_.error(opened.error().text());
      return Exit::CantCreate;
    }
    pruned_file_ = std::move(*opened);
    pruned_ = &*pruned_file_;
  }
  if (options_.pruned.empty()) pruned_ = nullptr;
  kept_.emplace(kept_spool_ ? kept_spool_->output() : outputs_.kept);
  return std::nullopt;
}

Filter::End Filter::read(cli::Input& input, rules::Pruner& pruner) {
  log_.debug("reading recipients from " + input.name);
  input_name_ = input.name;
  const auto bad = [this](const Error& error) {
    ++summary_.bad;
    log_.bad_line(error.text());
  };
  records::Reader reader(*input.stream, input.name, bad,
                         {.top_level = !options_.strict, .read = [&](char* to, std::size_t size) {
                            // Where more is slow to come, what was kept goes on.
                            if (!input.ready()) kept_->flush();
                            return input.read_some(to, size);
                          }});
  while (const auto* line = reader.next()) {
    const auto* after = reader.peek();
    if (line->type() != "recipient") {
      bad({ErrorCode::Syntax, fmt::format("a {} record, not a recipient", line->type()),
           fmt::format("{}:{}", input.name, line->number())});
      continue;
    }
    if (const auto end = one(*line, pruner)) return end;
    if (after && after->type() == "recipient") pruner.expect(*after);
  }
  if (reader.failed()) {
    log_.error(input.name + ": reading failed");
    return Exit::Io;
  }
  return std::nullopt;
}

Filter::End Filter::one(const records::Line& line, rules::Pruner& pruner) {
  ++summary_.read;
  const auto decision = pruner.judge(line);
  DomainCount* domain = nullptr;
  if (per_domain_) {
    domain = &summary_.domains[std::string(pruner.domain())];
    ++domain->read;
  }
  if (!decision) {
    ++summary_.kept;
    return pass_on(line.raw());
  }
  if ((pruned_ || options_.tag) && !options_.strict && !is_whole(line)) {
    // Its record would break whoever reads what it stands in.
    --summary_.read;
    if (domain) --domain->read;
    return std::nullopt;
  }
  if (const auto end = note(line, *decision)) return end;
  if (options_.tag || decision->action == rules::Action::Tag) {
    ++summary_.kept;
    ++summary_.tagged[decision->rule];
    // Only who asked for marks gets other bytes than he gave.
    return options_.tag ? pass_on(line.with(rules::prune_mark(*decision), {"prune"}))
                        : pass_on(line.raw());
  }
  ++summary_.pruned[decision->rule];
  if (domain) ++domain->pruned;
  if (counts_as_drop(*decision)) {
    ++dropped_;
    if (domain) ++domain->dropped;
  }
  if (!options_.campaign.empty() && !only_looks_ && decision->rule.starts_with("stop.")) {
    summary_.held_back.emplace_back(line.email(), decision->rule);
  }
  if (outputs_.table) outputs_.table->add(line, *decision);
  return std::nullopt;
}

/// Whether all of a record that is to stand in another is JSON; tells where it is not.
bool Filter::is_whole(const records::Line& line) {
  records::Line again;
  const auto ok = parser_.parse(line.raw(), line.number(), again);
  if (ok) return true;
  ++summary_.bad;
  log_.bad_line(
      Error{ok.error().code, ok.error().message, fmt::format("{}:{}", input_name_, line.number())}
          .text());
  return false;
}

Filter::End Filter::pass_on(std::string_view record) {
  if (only_looks_ || outputs_.table || kept_->add(record)) return std::nullopt;
  return lost_kept();
}

Filter::End Filter::note(const records::Line& line, const rules::Decision& decision) {
  if (!pruned_ || pruned_->write_line(rules::pruned_record(line, decision, outputs_.advisor))) {
    return std::nullopt;
  }
  return lost(*pruned_, options_.pruned);
}

Filter::End Filter::give_out() {
  if (only_looks_) return std::nullopt;
  if (!kept_->flush()) return lost_kept();
  if (pruned_spool_ && pruned_) {
    auto opened = cli::Output::open(options_.pruned);
    if (!opened) {
      log_.error(opened.error().text());
      return Exit::CantCreate;
    }
    pruned_file_ = std::move(*opened);
    if (const auto ok = pruned_spool_->copy_to(*pruned_file_); !ok) return failed(ok.error());
  }
  if (pruned_file_ && !pruned_file_->flush()) return lost(*pruned_file_, options_.pruned);
  if (kept_spool_) {
    if (const auto ok = kept_spool_->copy_to(outputs_.kept); !ok) return failed(ok.error());
    if (!outputs_.kept.flush()) return lost(outputs_.kept, "stdout");
  }
  return std::nullopt;
}

Exit Filter::failed(const Error& error) {
  log_.error(error.text());
  return cli::exit_for(error.code);
}

Exit Filter::lost_kept() {
  if (kept_spool_) return lost(kept_spool_->output(), "temporary file");
  return lost(outputs_.kept, "stdout");
}

/// Writing came to an end: quietly where nobody reads any more.
Exit Filter::lost(const cli::Output& output, const std::string& name) {
  if (output.closed()) return Exit::Ok;
  log_.error(name + ": " + output.failure());
  return Exit::Io;
}
