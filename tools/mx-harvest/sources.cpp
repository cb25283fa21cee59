#include "sources.h"

#include <filesystem>
#include <utility>

#include "address/domain.h"
#include "file_source.h"
#include "harvest/public_suffix.h"

using namespace hagaki;

namespace {

constexpr std::size_t kBatch = 512;

bool is_file(const std::string& name) {
  std::error_code none;
  return name == "-" || std::filesystem::exists(name, none);
}

}  // namespace

Sources::Sources(std::vector<std::string> names, const Settings& settings)
    : names_(std::move(names)), settings_(settings) {
  if (names_.empty()) names_.emplace_back("-");
}

void Sources::fail_source(Error error, cli::Exit exit, Batch& batch) {
  // What is wrong with one row is Data, which the caller sees by the problem itself.
  if (worst_ == cli::Exit::Ok && exit != cli::Exit::Data) worst_ = exit;
  batch.problems.push_back(std::move(error));
  file_.reset();
}

void Sources::open_next(Batch& batch) {
  const auto& name = names_[next_++];
  const std::string ref = "argument:" + std::to_string(next_);
  if (!is_file(name)) {
    if (name.find('@') != std::string::npos) {
      if (const auto found = harvest::bare_recipient(name, settings_.consent)) {
        batch.rows.push_back(row_of(*found, ref, settings_));
      } else {
        batch.problems.push_back({ErrorCode::Syntax, found.error().message, ref});
      }
      return;
    }
    const auto domain = Domain::parse(name);
    if (domain && name.find('/') == std::string::npos && harvest::is_mail_domain(domain->ascii())) {
      batch.rows.push_back(row_of_domain(domain->ascii()));
      return;
    }
  }
  if (std::error_code none; std::filesystem::is_directory(name, none)) {
    auto maildir = maildir_list(name, settings_);
    if (!maildir) {
      return fail_source(maildir.error(), cli::exit_for(maildir.error().code), batch);
    }
    batch.details.push_back("reading " + name);
    file_ = std::move(*maildir);
    return;
  }
  auto input = cli::open_input(name);
  if (!input) {
    fail_source(input.error(), cli::exit_for(input.error().code), batch);
    return;
  }
  batch.details.push_back("reading " + input->name);
  file_ = std::make_unique<FileSource>(std::move(*input), settings_);
}

bool Sources::read(Batch& batch) {
  for (;;) {
    if (file_) {
      const auto more = file_->read(batch, kBatch);
      if (!more) {
        fail_source(more.error(), cli::exit_for(more.error().code), batch);
      } else if (*more) {
        return true;
      } else {
        file_.reset();
      }
    }
    if (next_ == names_.size()) return false;
    if (batch.rows.size() + batch.problems.size() >= kBatch) return true;
    // What is read already must not wait for an input that may be slow.
    const bool quick = names_[next_] != "-";
    if (!quick && !batch.rows.empty()) return true;
    open_next(batch);
  }
}
