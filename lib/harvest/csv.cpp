#include "harvest/csv.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hagaki::harvest {

char detect_delimiter(std::string_view line) {
  constexpr char kDelimiters[] = {',', '\t', ';'};
  std::size_t counts[3] = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (std::size_t i = 0; i < 3 && !quoted; ++i) counts[i] += c == kDelimiters[i] ? 1 : 0;
  }
  return kDelimiters[std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts)];
}

bool CsvReader::next_line(TextLine& line) {
  if (!ahead_.empty()) {
    line = std::move(ahead_.front());
    ahead_.pop_front();
    return true;
  }
  return lines_.next(line);
}

CsvReader::Parsed CsvReader::parse(std::string_view text, std::vector<std::string>& fields) const {
  std::size_t used = 0;
  const auto field = [&]() -> std::string& {
    if (used == fields.size()) fields.emplace_back();
    fields[used].clear();
    return fields[used++];
  };
  std::size_t at = 0;
  for (;;) {
    std::string& out = field();
    if (at < text.size() && text[at] == '"') {
      ++at;
      for (;;) {
        const auto quote = text.find('"', at);
        if (quote == std::string_view::npos) return Parsed::Open;
        out.append(text, at, quote - at);
        at = quote + 1;
        if (at >= text.size() || text[at] != '"') break;
        out += '"';
        ++at;
      }
    }
    const auto end = std::min(text.find(delimiter_, at), text.size());
    out.append(text, at, end - at);
    if (end == text.size()) break;
    at = end + 1;
  }
  fields.resize(used);
  return Parsed::Whole;
}

bool CsvReader::next(CsvRecord& record) {
  record.wrong.clear();
  TextLine line;
  for (;;) {
    const bool more = next_line(line);
    if (!more && (open_.empty() || !finished_)) return false;
    const bool readable = more && line.state == TextLine::State::Good;
    if (open_.empty() && readable) {
      if (trim(line.text).empty()) continue;
      record.line = line.number;
      if (parse(line.text, record.fields) == Parsed::Whole) return true;
      open_text_ = line.text;
      open_.push_back(std::move(line));
      continue;
    }
    if (open_.empty()) {
      record.line = line.number;
      record.wrong = line.state == TextLine::State::TooLong
                         ? "the line is longer than 1 MiB"
                         : "bytes that are no text in " +
                               (lines_.encoding().empty() ? "UTF-8" : lines_.encoding());
      return true;
    }
    if (readable) {
      open_text_ += '\n';
      open_text_ += line.text;
      open_.push_back(std::move(line));
      // Only a line with a quote can close the field.
      if (open_.back().text.find('"') != std::string::npos &&
          parse(open_text_, record.fields) == Parsed::Whole) {
        record.line = open_.front().number;
        open_.clear();
        return true;
      }
      if (open_.size() < kMaxLines && open_text_.size() < limits::kRecordLine) continue;
    } else if (more) {
      open_.push_back(std::move(line));
    }
    record.line = open_.front().number;
    record.wrong = "a quote is opened and not closed";
    open_.pop_front();
    ahead_.insert(ahead_.begin(), std::make_move_iterator(open_.begin()),
                  std::make_move_iterator(open_.end()));
    open_.clear();
    return true;
  }
}

}  // namespace hagaki::harvest
