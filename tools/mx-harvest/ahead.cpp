#include "ahead.h"

#include <utility>

#include "list_reader.h"

Ahead::Ahead(std::string ahead, std::istream& rest) : bytes_(std::move(ahead)), rest_(rest) {
  setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
}

Ahead::int_type Ahead::underflow() {
  const auto bytes = read_chunk(rest_, chunk_);
  if (bytes.empty()) {
    // An exception is how a streambuf tells its stream of a failure: the stream sets badbit.
    if (rest_.bad()) throw std::ios_base::failure("reading failed");
    return traits_type::eof();
  }
  setg(chunk_.data(), chunk_.data(), chunk_.data() + bytes.size());
  return traits_type::to_int_type(chunk_[0]);
}

std::streamsize Ahead::showmanyc() {
  return rest_.rdbuf()->in_avail();
}
