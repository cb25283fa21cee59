#include "mails.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <utility>

#include "cli/input.h"
#include "dsn/service_events/json_objects.h"
#include "mime/mbox.h"

using namespace hagaki;

namespace {

constexpr std::size_t kSmallFile = 1u << 20;
constexpr std::size_t kBatchBytes = 256u << 10;
constexpr std::size_t kBatchMails = 64;

/// At most `most` bytes of a file, and one more to show that there are more.
Result<std::string> read_file(const std::string& path, std::size_t size, std::size_t most) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return tl::unexpected(cli::open_error(errno, path));
  }
  std::string bytes;
  std::size_t length = 0;
  for (;;) {
    bytes.resize(std::min(std::max(size, length) + 1, most + 1));  // it may have grown
    if (length == bytes.size()) break;
    const ssize_t n = ::read(fd, bytes.data() + length, bytes.size() - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int why = errno;
      close(fd);
      return fail(ErrorCode::Io, std::strerror(why), path);
    }
    if (n == 0) break;
    length += static_cast<std::size_t>(n);
  }
  close(fd);
  bytes.resize(length);
  return bytes;
}

/// Judges what a small file holds. True when there is something to write about it.
bool judge_file(FoundFile& file, std::size_t most, const Tables& tables, const Style& style,
                MovedMails& moved, Judged& judged) {
  if (!file.trouble.empty()) {
    judged.troubles.push_back({Trouble::Kind::Unread, file.path + ": " + file.trouble});
    return false;
  }
  auto bytes = read_file(file.path, file.size, most);
  if (!bytes && bytes.error().code == ErrorCode::NotFound && file.maildir) {
    file.path = moved.find(file.path);
    if (file.path.empty()) return false;  // somebody has taken it out
    bytes = read_file(file.path, file.size, most);
  }
  if (!bytes) {
    judged.troubles.push_back({Trouble::Kind::Unread, bytes.error().text()});
    return false;
  }
  if (!file.maildir && holds_events(std::string_view(*bytes), style.formats)) {
    std::istringstream in(std::move(*bytes));
    dsn::JsonObjects objects(in);
    while (const auto object = objects.next()) {
      if (object->broken.empty()) {
        judged.add_events(object->text, object->line, file.path, file.path, tables, style);
      } else {
        judged.add_bad_event(object->broken, object->line, file.path);
      }
    }
    return false;
  }
  if (!file.maildir) {
    mime::MboxReader reader{std::string_view(*bytes), most};
    bool told = false;
    for (auto mail = reader.next(); mail && *mail; mail = reader.next()) {
      auto text = (*mail)->bytes;
      if ((*mail)->quoted) {  // views into `bytes`, which is ours
        char* begin = bytes->data() + (text.data() - bytes->data());
        text = {begin, mime::unquote_from_lines(begin, text.size())};
      }
      told |= judged.add(text, file.path, file.path, (*mail)->cut, tables, style);
    }
    return told;
  }
  if (bytes->empty()) {
    judged.troubles.push_back({Trouble::Kind::Remark, file.path + ": empty"});
    return false;
  }
  const bool cut = bytes->size() > most;
  return judged.add(std::string_view(*bytes).substr(0, most), file.path, file.path, cut, tables,
                    style);
}

}  // namespace

void judge(Batch& batch, std::size_t most, const Tables& tables, const Style& style,
           MovedMails& moved) {
  Judged& judged = batch.judged;
  for (const auto& piece : batch.pieces) {
    char* begin = batch.bytes.data() + piece.begin;
    if (batch.events) {
      if (piece.why.empty()) {
        judged.add_events({begin, piece.length}, piece.line, batch.name, batch.file, tables, style);
      } else {
        judged.add_bad_event(piece.why, piece.line, batch.name);
      }
      continue;
    }
    const auto length = piece.quoted ? mime::unquote_from_lines(begin, piece.length) : piece.length;
    judged.add({begin, length}, batch.name, batch.file, piece.cut, tables, style);
  }
  for (std::size_t i = 0; i < batch.files.size(); ++i) {
    const bool told = judge_file(batch.files[i], most, tables, style, moved, judged);
    if (told && batch.files[i].maildir) batch.told.push_back(i);
  }
  batch.bytes = {};  // only what is written about it is needed from here
}

bool MailReader::read(const std::string& operand, MaildirPart part) {
  if (operand == "-") return stream(operand);
  struct stat info{};
  if (stat(operand.c_str(), &info) != 0) return add({operand, 0, false, std::strerror(errno)});
  if (S_ISREG(info.st_mode)) {
    return add({operand, static_cast<std::size_t>(info.st_size), false, {}});
  }
  if (!S_ISDIR(info.st_mode)) return stream(operand);
  Listing listing(operand, part);
  while (auto file = listing.next()) {
    if (!add(std::move(*file))) return false;
  }
  return true;
}

bool MailReader::add(FoundFile file) {
  if (!file.maildir && file.size > kSmallFile) return stream(file.path);
  if (!batch_.pieces.empty() && !submit()) return false;
  batch_.files.push_back(std::move(file));
  return batch_.files.size() < kBatchMails && batch_.weight() < kBatchBytes ? true : submit();
}

bool MailReader::stream(const std::string& file) {
  if (!submit()) return false;
  auto input = cli::open_input(file);
  if (!input) return add({file, 0, false, input.error().message});
  if (holds_events(*input->stream, formats_)) return stream_events(*input, file);
  bool going = true;
  mime::MboxReader reader(*input->stream, most_);
  reader.before_read([&] {
    // Whoever waits for more mails has a right to the records of those that came.
    if (going && !input->ready()) going = submit() && pipeline_.drain();
  });
  while (going) {
    const auto mail = reader.next();
    if (!mail) {
      going = going && submit() && add({input->name, 0, false, mail.error().message});
      break;
    }
    if (!going || !*mail) break;
    if (batch_.pieces.empty()) {
      batch_.name = input->name;
      batch_.file = file == "-" ? std::string() : file;
    }
    const auto bytes = (*mail)->bytes;
    batch_.pieces.push_back({batch_.bytes.size(), bytes.size(), (*mail)->cut, (*mail)->quoted});
    batch_.bytes.append(bytes);
    if (batch_.bytes.size() >= kBatchBytes || batch_.pieces.size() >= kBatchMails) going = submit();
  }
  return going && submit();
}

bool MailReader::stream_events(cli::Input& input, const std::string& file) {
  bool going = true;
  dsn::JsonObjects objects(*input.stream);
  objects.before_read([&] {
    if (going && !input.ready()) going = submit() && pipeline_.drain();
  });
  while (going) {
    const auto object = objects.next();
    if (!going || !object) break;
    if (batch_.pieces.empty()) {
      batch_.name = input.name;
      batch_.file = file == "-" ? std::string() : file;
      batch_.events = true;
    }
    batch_.pieces.push_back(
        {batch_.bytes.size(), object->text.size(), false, false, object->line, object->broken});
    batch_.bytes.append(object->text);
    if (batch_.bytes.size() >= kBatchBytes || batch_.pieces.size() >= kBatchMails) going = submit();
  }
  if (going && objects.failed()) going = submit() && add({input.name, 0, false, "cannot be read"});
  return going && submit();
}

bool MailReader::submit() {
  if (batch_.empty()) return pipeline_.going();
  const auto weight = batch_.weight();
  return pipeline_.submit(std::exchange(batch_, {}), weight);
}

bool MailReader::finish() {
  return submit() && pipeline_.drain();
}
