#include "letter/ready_text.h"

#include <cstddef>
#include <string_view>

#include "mime/transfer_encoding.h"

namespace hagaki::letter {
namespace {

/// False where that is not how these lines would be sent.
bool append_as_7bit(std::string& out, std::string_view lines) {
  if (mime::best_encoding(lines) != mime::TransferEncoding::SevenBit) return false;
  mime::append_crlf_lines(out, lines);
  return true;
}

}  // namespace

std::optional<ReadyText> ReadyText::from(const MergeText& text) {
  if (text.segments() == nullptr) return std::nullopt;
  ReadyText result;
  for (const MergeText::Segment& segment : *text.segments()) {
    Piece& piece = result.pieces_.emplace_back();
    const std::string_view literal = segment.literal;
    const bool begins_line = result.pieces_.size() == 1;
    const std::size_t first = begins_line ? 0 : literal.find('\n') + 1;  // 0 where there is none
    const std::size_t last = literal.rfind('\n') + 1;
    piece.first = literal.substr(0, first);
    piece.last = literal.substr(last);
    if (!append_as_7bit(piece.ready, literal.substr(first, last - first))) return std::nullopt;
  }
  return result;
}

Result<bool> ReadyText::append(const MergeText& text, const Fields& fields, Missing missing,
                               std::string& out) const {
  const std::size_t begin = out.size();
  const auto& segments = *text.segments();
  std::string lines;  // the line with the field, and more where its value has line ends
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Piece& piece = pieces_[i];
    lines += piece.first;
    if (!piece.ready.empty()) {
      if (!append_as_7bit(out, lines)) {
        out.resize(begin);
        return false;
      }
      out += piece.ready;
      lines.clear();
    }
    lines += piece.last;
    auto done = MergeText::append_value(segments[i], fields, missing, lines);
    if (!done) return tl::unexpected<Error>(done.error());
  }
  if (append_as_7bit(out, lines)) return true;
  out.resize(begin);
  return false;
}

}  // namespace hagaki::letter
