#include "line_list.h"

#include <utility>

using namespace hagaki;

LineList::LineList(const ListFile& file)
    : settings_(file.settings), lines_(file.settings.encoding), input_(file.input) {
  lines_.feed(file.ahead);
}

Result<bool> LineList::read(Batch& batch, std::size_t most) {
  for (;;) {
    if (auto ok = drain(batch, most); !ok) return tl::unexpected(ok.error());
    if (filled(batch) >= most) return true;
    if (ended_) {
      close(batch, found_);
      return false;
    }
    auto& in = *input_.stream;
    if (filled(batch) > 0 && in.rdbuf()->in_avail() <= 0) return true;
    const auto bytes = read_chunk(in, chunk_);
    if (bytes.empty()) {
      if (in.bad()) return fail(ErrorCode::Io, "reading failed", input_.name);
      ended_ = true;
      lines_.finish();
      finish();
    } else {
      lines_.feed(bytes);
    }
  }
}

void LineList::close(Batch& batch, std::uint64_t found) {
  if (found == 0) batch.notes.push_back(input_.name + ": no address found");
}

void LineList::problem(Batch& batch, std::uint64_t line, std::string message) {
  ++found_;
  batch.problems.push_back({ErrorCode::Syntax, std::move(message), place(input_.name, line)});
}

void LineList::row(Batch& batch, const harvest::Recipient& recipient, std::uint64_t line) {
  ++found_;
  batch.rows.push_back(row_of(recipient, place(input_.name, line), settings_));
}
