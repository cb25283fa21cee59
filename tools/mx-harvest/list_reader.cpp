#include "list_reader.h"

using namespace hagaki;

namespace {

constexpr std::size_t kChunk = 256u << 10;

}  // namespace

std::string_view read_chunk(std::istream& in, std::vector<char>& chunk) {
  chunk.resize(kChunk);
  if (in.peek() == std::istream::traits_type::eof()) return {};
  const auto n = in.readsome(chunk.data(), static_cast<std::streamsize>(chunk.size()));
  return {chunk.data(), static_cast<std::size_t>(n)};
}

Result<std::string> read_all(const ListFile& file, std::size_t most) {
  std::string bytes(file.ahead);
  std::vector<char> chunk;
  for (;;) {
    if (bytes.size() > most) {
      return fail(ErrorCode::Syntax, "larger than " + std::to_string(most >> 20) + " MiB",
                  file.input.name);
    }
    const auto more = read_chunk(*file.input.stream, chunk);
    if (file.input.stream->bad()) return fail(ErrorCode::Io, "reading failed", file.input.name);
    if (more.empty()) return bytes;
    bytes += more;
  }
}
