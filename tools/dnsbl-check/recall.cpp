#include "recall.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/text.h"
#include "records/listing_record.h"

using namespace hagaki;

namespace {

/// More lists than anybody asks about one target.
constexpr std::size_t kMostRows = 4096;

bool is_standard_output(int fd) {
  struct stat in{};
  struct stat out{};
  return fstat(fd, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(in.st_mode) &&
         in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

}  // namespace

Result<std::unique_ptr<Recall>> Recall::open(const std::string& path, cli::Log& log) {
  auto input = cli::open_input(path);
  if (!input) return tl::unexpected(input.error());
  if (is_standard_output(input->fd)) {
    return fail(ErrorCode::Unsupported,
                "is what standard output writes to; write to another file, which gets all", path);
  }
  std::unique_ptr<Recall> out(new Recall(std::move(*input), log));
  out->next_ = out->read_row();
  out->read_group();
  return out;
}

Recall::Recall(cli::Input input, cli::Log& log)
    : input_(std::move(input)),
      log_(log),
      reader_(*input_.stream, input_.name,
              [&log](const Error& error) { log.warning(error.text() + ": passed over"); },
              {.require_email = false}) {}

std::optional<Recall::Row> Recall::read_row() {
  while (const auto* line = reader_.next()) {
    const auto query = line->string("query");
    const auto zone = line->string("zone");
    if (line->type() != "listing" || !query || !zone || query->empty()) continue;
    Row row{std::string(*query), std::string(*zone), {}, line->number()};
    if (records::read_listing(*line, row.listing)) return row;
  }
  return std::nullopt;
}

/// Takes what the file has of the next target.
void Recall::read_group() {
  rows_.clear();
  wanted_ = false;
  query_ = next_ ? next_->query : std::string();
  line_ = next_ ? next_->line : 0;
  while (next_ && next_->query == query_) {
    const auto outcome = next_->listing.verdict.outcome;
    const bool judged = outcome == dnsbl::Outcome::Listed || outcome == dnsbl::Outcome::NotListed;
    if (judged && rows_.size() < kMostRows) rows_.push_back(std::move(*next_));
    next_ = read_row();
  }
}

bool Recall::fill(dnsbl::Listing& listing) {
  if (wanted_ && query_ != listing.target.text) read_group();
  if (query_.empty() || query_ != listing.target.text) return false;
  wanted_ = true;
  for (auto& row : rows_) {
    if (row.zone != listing.zone->zone) continue;
    row.listing.target = listing.target;
    row.listing.zone = listing.zone;
    dnsbl::set_delisting_page(row.listing);
    listing = row.listing;
    ++filled_;
    return true;
  }
  return false;
}

void Recall::finish() {
  log_.note(counted(filled_, "answer") + " taken from " + input_.name);
  if (wanted_ || query_.empty()) return;
  log_.warning(input_.name + ':' + std::to_string(line_) +
               ": no target that was named, or not in this order: from here on it was not used");
}
