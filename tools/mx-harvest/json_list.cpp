#include <utility>

#include "ahead.h"
#include "list_reader.h"
#include "records/reader.h"

using namespace hagaki;

namespace {

class JsonList : public ListReader {
 public:
  explicit JsonList(const ListFile& file)
      : input_(file.input),
        settings_(file.settings),
        buffer_(std::string(file.ahead), *file.input.stream),
        stream_(&buffer_),
        reader_(stream_, file.input.name, [this](const Error& bad) { bad_.push_back(bad); },
                {.require_email = false}) {}

  Result<bool> read(Batch& batch, std::size_t most) override {
    // Only the first row is waited for: a slow producer's lines go on one by one.
    const records::Reader::Ready ready = [this, &batch] {
      return filled(batch) == 0 || stream_.rdbuf()->in_avail() > 0 || input_.ready();
    };
    while (filled(batch) < most) {
      const auto* line = reader_.next(ready);
      for (auto& bad : bad_) batch.problems.push_back(std::move(bad));
      bad_.clear();
      if (line == nullptr) {
        if (reader_.failed()) return fail(ErrorCode::Io, "reading failed", input_.name);
        return reader_.waiting();
      }
      const auto ref = place(input_.name, line->number());
      if (auto row = row_of(*line, ref, settings_)) {
        batch.rows.push_back(std::move(*row));
      } else {
        batch.problems.push_back({ErrorCode::Syntax, row.error().message, ref});
      }
    }
    return true;
  }

 private:
  cli::Input& input_;
  const Settings& settings_;
  Ahead buffer_;
  std::istream stream_;
  std::vector<Error> bad_;
  records::Reader reader_;
};

}  // namespace

std::unique_ptr<ListReader> json_list(const ListFile& file) {
  return std::make_unique<JsonList>(file);
}
