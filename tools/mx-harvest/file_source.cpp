#include "file_source.h"

#include <streambuf>
#include <utility>
#include <vector>

#include "base/text.h"
#include "harvest/csv.h"
#include "harvest/find_addresses.h"
#include "harvest/sniff.h"
#include "records/reader.h"

using namespace hagaki;

/// One kind of list.
class FileSource::Reader {
 public:
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  virtual ~Reader() = default;
  /// As FileSource::read().
  virtual Result<bool> read(Batch& batch, std::size_t most) = 0;
};

namespace {

constexpr std::size_t kChunk = 256u << 10;

std::size_t filled(const Batch& batch) {
  return batch.rows.size() + batch.problems.size();
}

std::string place(const std::string& file, std::uint64_t line) {
  return file + ':' + std::to_string(line);
}

/// What one read brings, at least a byte; empty at the end and on failure (in.bad()).
std::string_view read_chunk(std::istream& in, std::vector<char>& chunk) {
  chunk.resize(kChunk);
  if (in.peek() == std::istream::traits_type::eof()) return {};
  const auto n = in.readsome(chunk.data(), static_cast<std::streamsize>(chunk.size()));
  return {chunk.data(), static_cast<std::size_t>(n)};
}

/// CSV and text: lines in any encoding.
class LineSource : public FileSource::Reader {
 public:
  LineSource(cli::Input& input, const Settings& settings)
      : input_(input), settings_(settings), lines_(settings.encoding) {}

  void feed(std::string_view bytes) { lines_.feed(bytes); }

  Result<bool> read(Batch& batch, std::size_t most) override {
    for (;;) {
      if (auto ok = drain(batch, most); !ok) return tl::unexpected(ok.error());
      if (filled(batch) >= most) return true;
      if (ended_) {
        if (found_ == 0) batch.notes.push_back(input_.name + ": no address found");
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

 protected:
  /// Makes rows of the lines that are there.
  virtual Result<void> drain(Batch& batch, std::size_t most) = 0;
  virtual void finish() {}

  void problem(Batch& batch, std::uint64_t line, std::string message) {
    ++found_;
    batch.problems.push_back({ErrorCode::Syntax, std::move(message), place(input_.name, line)});
  }
  void row(Batch& batch, const harvest::Recipient& recipient, std::uint64_t line) {
    ++found_;
    batch.rows.push_back(row_of(recipient, place(input_.name, line), settings_));
  }

  cli::Input& input_;
  const Settings& settings_;
  harvest::LineReader lines_;

 private:
  std::vector<char> chunk_;
  bool ended_ = false;
  std::uint64_t found_ = 0;
};

class TextSource : public LineSource {
 public:
  using LineSource::LineSource;

 protected:
  Result<void> drain(Batch& batch, std::size_t most) override {
    while (filled(batch) < most && lines_.next(line_)) {
      if (line_.state == harvest::TextLine::State::TooLong) {
        problem(batch, line_.number, "the line is longer than 1 MiB");
      } else if (line_.state == harvest::TextLine::State::Undecodable) {
        problem(batch, line_.number,
                "bytes that are no text in " +
                    (lines_.encoding().empty() ? "a known encoding" : lines_.encoding()));
      }
      for (const auto& address : harvest::find_addresses(line_.text)) {
        if (const auto found = harvest::bare_recipient(address, settings_.consent)) {
          row(batch, *found, line_.number);
        }
      }
    }
    return {};
  }

 private:
  harvest::TextLine line_;
};

class CsvSource : public LineSource {
 public:
  CsvSource(cli::Input& input, const Settings& settings, char delimiter)
      : LineSource(input, settings), csv_(lines_, delimiter) {}

 protected:
  void finish() override { csv_.finish(); }

  Result<void> drain(Batch& batch, std::size_t most) override {
    while (filled(batch) < most && csv_.next(record_)) {
      if (!record_.wrong.empty()) {
        problem(batch, record_.line, record_.wrong);
        continue;
      }
      if (!mapper_) {
        // Excel's note to itself about the delimiter, "sep=;", is no header.
        if (record_.line == 1 && record_.fields.size() == 2 && record_.fields[0] == "sep=")
          continue;
        const bool data = harvest::is_data_row(record_.fields);
        auto plan = data ? harvest::plan_without_header(record_.fields, settings_.map)
                         : harvest::plan_columns(record_.fields, settings_.names, settings_.map);
        if (!plan) {
          auto error = plan.error();
          if (error.context.empty()) error.context = place(input_.name, record_.line);
          return tl::unexpected(error);
        }
        mapper_.emplace(std::move(*plan), settings_.consent);
        if (!data) continue;
        batch.notes.push_back(input_.name + ": no header row");
      }
      auto recipient = mapper_->map(record_);
      if (!recipient) {
        problem(batch, record_.line, recipient.error().message);
        continue;
      }
      for (auto& complaint : recipient->complaints) {
        problem(batch, record_.line, std::move(complaint));
      }
      row(batch, *recipient, record_.line);
    }
    return {};
  }

 private:
  harvest::CsvReader csv_;
  harvest::CsvRecord record_;
  std::optional<harvest::RowMapper> mapper_;
};

/// A stream buffer that hands out bytes read already before those of another.
class Ahead : public std::streambuf {
 public:
  Ahead(std::string ahead, std::istream& rest) : bytes_(std::move(ahead)), rest_(rest) {
    setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
  }

 protected:
  int_type underflow() override {
    const auto bytes = read_chunk(rest_, chunk_);
    if (bytes.empty()) {
      // An exception is how a streambuf tells its stream of a failure: the stream sets badbit.
      if (rest_.bad()) throw std::ios_base::failure("reading failed");
      return traits_type::eof();
    }
    setg(chunk_.data(), chunk_.data(), chunk_.data() + bytes.size());
    return traits_type::to_int_type(chunk_[0]);
  }
  std::streamsize showmanyc() override { return rest_.rdbuf()->in_avail(); }

 private:
  std::string bytes_;
  std::istream& rest_;
  std::vector<char> chunk_;
};

class JsonSource : public FileSource::Reader {
 public:
  JsonSource(cli::Input& input, const Settings& settings, std::string ahead)
      : input_(input),
        settings_(settings),
        buffer_(std::move(ahead), *input.stream),
        stream_(&buffer_),
        reader_(stream_, input.name, [this](const Error& bad) { bad_.push_back(bad); },
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

/// The next line that is not blank, as far as the bytes at hand go.
std::string next_text(harvest::LineReader& lines) {
  harvest::TextLine line;
  while (lines.next(line)) {
    if (!trim(line.text).empty()) return std::move(line.text);
  }
  return {};
}

}  // namespace

FileSource::FileSource(cli::Input input, const Settings& settings)
    : input_(std::move(input)), settings_(settings) {}

FileSource::~FileSource() = default;

Result<void> FileSource::open() {
  std::vector<char> chunk;
  const auto bytes = read_chunk(*input_.stream, chunk);
  if (input_.stream->bad()) return fail(ErrorCode::Io, "reading failed", input_.name);

  // A copy is looked at with no more to come, so that a file of one line without end is seen too.
  harvest::LineReader look(settings_.encoding);
  look.feed(bytes);
  look.finish();
  const auto first = next_text(look);
  const auto second = next_text(look);
  auto kind = harvest::sniff_kind(input_.name, first, second, settings_.names);
  if (!settings_.map.empty() && kind == harvest::Kind::Text) kind = harvest::Kind::Csv;
  for (const auto known : {harvest::Kind::Csv, harvest::Kind::JsonLines, harvest::Kind::Text}) {
    if (settings_.format == harvest::kind_name(known)) kind = known;
  }

  if (kind == harvest::Kind::JsonLines) {
    reader_ = std::make_unique<JsonSource>(input_, settings_, std::string(bytes));
    return {};
  }
  std::unique_ptr<LineSource> lines;
  if (kind == harvest::Kind::Csv) {
    const char delimiter =
        ascii_iends_with(input_.name, ".tsv") ? '\t' : harvest::detect_delimiter(first);
    lines = std::make_unique<CsvSource>(input_, settings_, delimiter);
  } else {
    lines = std::make_unique<TextSource>(input_, settings_);
  }
  lines->feed(bytes);
  reader_ = std::move(lines);
  return {};
}

Result<bool> FileSource::read(Batch& batch, std::size_t most) {
  if (!reader_) {
    if (auto ok = open(); !ok) return tl::unexpected(ok.error());
  }
  return reader_->read(batch, most);
}
