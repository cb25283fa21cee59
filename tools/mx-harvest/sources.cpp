#include "sources.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "address/domain.h"
#include "file_source.h"
#include "harvest/public_suffix.h"
#include "web_list.h"

using namespace hagaki;

namespace {

constexpr std::size_t kBatch = 512;

bool is_file(const std::string& name) {
  std::error_code none;
  return name == "-" || std::filesystem::exists(name, none);
}

/// Bytes of the file, or of what is on standard input; nothing where it has no size. What names no
/// file has none to read, but for a page.
std::optional<std::uint64_t> size_of(const std::string& name) {
  struct stat info{};
  const int rc = name == "-" ? fstat(STDIN_FILENO, &info) : stat(name.c_str(), &info);
  if (rc != 0 && name.find("://") == std::string::npos) return 0;
  if (rc != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

/// What rows of it are counted under; empty for what stands on the command line itself.
std::string source_name(const std::string& name) {
  if (name == "-") return "stdin";
  if (is_web_source(name)) return "web pages";
  return is_file(name) ? name : std::string();
}

}  // namespace

Sources::Sources(std::vector<std::string> names, const Settings& settings)
    : names_(std::move(names)), settings_(settings) {
  if (names_.empty()) names_.emplace_back("-");
  bytes_total_ = 0;
  for (const auto& name : names_) {
    const auto size = size_of(name);
    bytes_total_ = bytes_total_ && size ? std::optional(*bytes_total_ + *size) : std::nullopt;
  }
}

void Sources::fail_source(Error error, cli::Exit exit, Batch& batch) {
  // What is wrong with one row is Data, which the caller sees by the problem itself.
  if (worst_ == cli::Exit::Ok && exit != cli::Exit::Data) worst_ = exit;
  batch.problems.push_back(std::move(error));
  file_.reset();
}

std::uint64_t Sources::bytes_read() const {
  if (fd_ < 0) return bytes_before_;
  const auto at = lseek(fd_, 0, SEEK_CUR);
  return bytes_before_ + static_cast<std::uint64_t>(std::max<off_t>(at, 0));
}

void Sources::open_next(Batch& batch) {
  if (next_ > 0) bytes_before_ += size_of(names_[next_ - 1]).value_or(0);
  fd_ = -1;
  tally_.count(batch);
  const auto& name = names_[next_++];
  tally_.begin(source_name(name));
  const std::string ref = "argument:" + std::to_string(next_);
  if (is_web_source(name)) {
    std::vector<std::string> urls{name};
    while (next_ < names_.size() && is_web_source(names_[next_])) urls.push_back(names_[next_++]);
    file_ = web_list(std::move(urls), settings_);
    return;
  }
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
      batch.rows.push_back(row_of_domain(domain->ascii(), ref));
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
  fd_ = input->fd;
  file_ = std::make_unique<FileSource>(std::move(*input), settings_);
}

bool Sources::read(Batch& batch) {
  tally_.new_batch();
  const bool more = fill(batch);
  tally_.count(batch);
  batch.bytes = bytes_read();
  return more;
}

bool Sources::fill(Batch& batch) {
  for (;;) {
    if (file_) {
      const auto more = file_->read(batch, kBatch);
      // What is wrong with a whole page ends no list of pages.
      for (const auto& problem : batch.problems) {
        if (worst_ == cli::Exit::Ok && !is_bad_row(problem)) worst_ = cli::exit_for(problem.code);
      }
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
