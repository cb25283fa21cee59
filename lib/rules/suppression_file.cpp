#include <algorithm>
#include <limits>
#include <streambuf>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "harvest/csv.h"
#include "records/json_scan.h"
#include "rules/json_entries.h"
#include "rules/suppression.h"
#include "rules/suppression_export.h"

/// How the files of Suppression are told apart and read.
namespace hagaki::rules {
namespace {

constexpr std::size_t kHead = 16u << 10;  // by so much a file is known
constexpr std::size_t kChunk = 64u << 10;

/// The bytes of `head`, then those of `in`.
class Joined : public std::streambuf {
 public:
  Joined(std::string& head, std::istream& in) : in_(in), buffer_(kChunk, '\0') {
    setg(head.data(), head.data(), head.data() + head.size());
  }

 private:
  int_type underflow() override {
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto n = in_.gcount();
    if (n <= 0) return traits_type::eof();
    setg(buffer_.data(), buffer_.data(), buffer_.data() + n);
    return traits_type::to_int_type(*gptr());
  }

  std::istream& in_;
  std::string buffer_;
};

enum class Got { Line, TooLong, End };

/// Reads one line of at most limits::kRecordLine bytes into `buffer`; a longer one is read over.
Got next_line(std::istream& in, std::vector<char>& buffer, std::string_view& line) {
  in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  const auto n = static_cast<std::size_t>(in.gcount());
  if (in.bad()) return Got::End;
  if (in.eof()) {
    line = {buffer.data(), n};
    return n == 0 ? Got::End : Got::Line;
  }
  if (in.fail()) {
    in.clear();
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    return Got::TooLong;
  }
  line = {buffer.data(), n - 1};  // the line end was counted
  return Got::Line;
}

/// Whether a key of the object that begins `text` holds a page of entries.
bool names_a_page(std::string_view text) {
  for (auto at = text.find('"'); at != std::string_view::npos;) {
    const auto end = text.find('"', at + 1);
    if (end == std::string_view::npos) return false;
    auto behind = end + 1;
    while (behind < text.size() && (is_white(text[behind]) || text[behind] == ':')) ++behind;
    const bool array = behind > end + 1 && behind < text.size() && text[behind] == '[';
    if (array && is_page_key(text.substr(at + 1, end - at - 1))) return true;
    at = text.find('"', end + 1);
  }
  return false;
}

}  // namespace

Suppression::Form Suppression::form_of(std::string_view head) {
  std::string_view line;
  while (!head.empty() && (line.empty() || line.front() == '#')) {
    const auto end = std::min(head.find('\n'), head.size());
    line = trim(head.substr(0, end));
    if (!line.empty() && line.front() == '{') break;
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  if (line.empty()) return Form::Lines;
  if (line.front() == '[') return Form::Json;
  if (line.front() == '{') {
    // An object in several lines, or one that holds a page; else a record a line.
    const char last = line.back();
    if (last == '{' || last == '[' || last == ',') return Form::Json;
    return names_a_page(line) ? Form::Json : Form::Lines;
  }
  if (line.find('@') != std::string_view::npos) return Form::Lines;
  std::vector<std::string> columns;
  for (auto column : split(line, harvest::detect_delimiter(line))) columns.emplace_back(column);
  return is_export_header(columns) ? Form::Csv : Form::Lines;
}

bool Suppression::read(std::istream& in, const std::string& name, const records::BadLine& on_bad) {
  std::string head(kHead, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (in.bad()) return false;
  head.resize(static_cast<std::size_t>(in.gcount()));
  const std::string_view text = head;
  const Form form = form_of(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  Joined bytes(head, in);
  std::istream all(&bytes);
  if (form == Form::Csv) {
    read_csv(all, name, on_bad);
  } else if (form == Form::Json) {
    if (text.starts_with("\xEF\xBB\xBF")) all.ignore(3);
    read_json(all, name, on_bad);
  } else if (!read_lines(all, name, on_bad)) {
    return false;
  }
  return !in.bad();
}

bool Suppression::read_lines(std::istream& in, const std::string& name,
                             const records::BadLine& on_bad) {
  std::vector<char> buffer(limits::kRecordLine + 1);
  std::string_view text;
  const auto bad = [&](Error error, std::uint64_t number) {
    error.context = fmt::format("{}:{}", name, number);
    on_bad(error);
  };
  for (std::uint64_t number = 1;; ++number) {
    const Got got = next_line(in, buffer, text);
    if (got == Got::End) return !in.bad();
    if (got == Got::TooLong) {
      bad({ErrorCode::Limit, "line is longer than 1 MiB", {}}, number);
      continue;
    }
    if (number == 1 && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    if (auto added = add(text, name, number); !added) bad(added.error(), number);
  }
}

void Suppression::read_json(std::istream& in, const std::string& name,
                            const records::BadLine& on_bad) {
  const auto ok = read_json_entries(in, [&](std::string_view entry, std::uint64_t number) {
    const auto added = add_record(entry, place_of(name, number));
    if (added) return;
    on_bad({added.error().code, added.error().message, fmt::format("{}:{}", name, number)});
  });
  if (!ok) on_bad({ok.error().code, ok.error().message, name + ":" + ok.error().context});
}

void Suppression::read_csv(std::istream& in, const std::string& name,
                           const records::BadLine& on_bad) {
  harvest::LineReader lines;
  std::string chunk(kChunk, '\0');
  const auto more = [&] {
    const auto n = in.rdbuf()->sgetn(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    if (n > 0) lines.feed(std::string_view(chunk).substr(0, static_cast<std::size_t>(n)));
    return n > 0;
  };
  bool ended = !more();
  harvest::TextLine first;
  std::optional<harvest::CsvReader> rows;
  std::vector<std::string> columns;
  harvest::CsvRecord record;
  for (;;) {
    // The delimiter is that of the header, the first line that is neither blank nor a comment.
    if (!rows && lines.next(first)) {
      const auto text = trim(first.text);
      if (text.empty() || text.front() == '#') continue;
      rows.emplace(lines, harvest::detect_delimiter(text));
      rows->unread(std::move(first));
      continue;
    }
    if (rows && rows->next(record)) {
      const auto place = place_of(name, record.line);
      const auto bad = [&](const Error& error) {
        on_bad({error.code, error.message, fmt::format("{}:{}", name, record.line)});
      };
      if (!record.wrong.empty()) {
        bad({ErrorCode::Syntax, record.wrong, {}});
      } else if (columns.empty()) {
        for (const auto& field : record.fields) columns.push_back(export_field(field));
      } else {
        ExportRow row;
        for (std::size_t i = 0; i < std::min(columns.size(), record.fields.size()); ++i) {
          row.emplace_back(columns[i], record.fields[i]);
        }
        const auto addresses = suppressed_by(row);
        const auto added = addresses ? add_all(*addresses, place)
                                     : Result<void>(tl::unexpected(addresses.error()));
        if (!added) bad(added.error());
      }
      continue;
    }
    if (ended) return;
    ended = !more();
    if (ended) {
      lines.finish();
      if (rows) rows->finish();
    }
  }
}

}  // namespace hagaki::rules
