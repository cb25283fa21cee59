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

void CsvReader::unread(TextLine line) {
  ahead_.push_front(pending(std::move(line)));
  open_lines_ = 0;
  open_bytes_ = 0;
}

CsvReader::Pending CsvReader::pending(TextLine line) const {
  Pending p{std::move(line)};
  if (p.line.text.find('"') != std::string::npos) {
    p.opens = quoted_after(p.line.text, false);
    p.closes = !quoted_after(p.line.text, true);
  }
  return p;
}

bool CsvReader::pull() {
  TextLine line;
  if (!lines_.next(line)) return false;
  ahead_.push_back(pending(std::move(line)));
  return true;
}

void CsvReader::pop() {
  if (open_lines_ > 0) {
    --open_lines_;
    open_bytes_ -= ahead_.front().line.text.size() + 1;
  }
  ahead_.pop_front();
}

/// Whether a quote is open behind `text`, where one was (`quoted`) or a field began before it.
bool CsvReader::quoted_after(std::string_view text, bool quoted) const {
  for (std::size_t at = 0;; ++at) {
    if (!quoted && at < text.size() && text[at] == '"') {
      quoted = true;
      ++at;
    }
    while (quoted) {
      at = text.find('"', at);
      if (at == std::string_view::npos) return true;
      ++at;
      quoted = at < text.size() && text[at] == '"';
      if (quoted) ++at;
    }
    at = text.find(delimiter_, at);
    if (at == std::string_view::npos) return false;
  }
}

/// Cuts a record, whose quotes are all closed, into fields.
void CsvReader::parse(std::string_view text, std::vector<std::string>& fields) const {
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
        const auto quote = std::min(text.find('"', at), text.size());
        out.append(text, at, quote - at);
        at = std::min(quote + 1, text.size());
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
}

bool CsvReader::next(CsvRecord& record) {
  record.wrong.clear();
  while (!ahead_.empty() || pull()) {
    const Pending& first = ahead_.front();
    record.line = first.line.number;
    if (first.line.state != TextLine::State::Good) {
      record.wrong = first.line.state == TextLine::State::TooLong
                         ? "the line is longer than 1 MiB"
                         : "bytes that are no text in " +
                               (lines_.encoding().empty() ? "UTF-8" : lines_.encoding()) +
                               " (--encoding names another)";
      pop();
      return true;
    }
    if (trim(first.line.text).empty()) {
      pop();
      continue;
    }
    if (!first.opens) {
      parse(first.line.text, record.fields);
      pop();
      return true;
    }
    if (open_lines_ == 0) {
      open_lines_ = 1;
      open_bytes_ = first.line.text.size() + 1;
    }
    for (;;) {
      const bool full =
          open_lines_ > 1 && (open_lines_ >= kMaxLines || open_bytes_ > limits::kRecordLine);
      if (!full && open_lines_ == ahead_.size() && !pull() && !finished_) return false;
      if (full || open_lines_ == ahead_.size() ||
          ahead_[open_lines_].line.state != TextLine::State::Good) {
        record.wrong = "a quote is opened and not closed";
        pop();
        return true;
      }
      if (ahead_[open_lines_].closes) break;
      open_bytes_ += ahead_[open_lines_].line.text.size() + 1;
      ++open_lines_;
    }
    std::string text;
    for (std::size_t left = open_lines_ + 1; left > 0; --left) {
      if (!text.empty()) text += '\n';
      text += ahead_.front().line.text;
      pop();
    }
    parse(text, record.fields);
    return true;
  }
  return false;
}

}  // namespace hagaki::harvest
