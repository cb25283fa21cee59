#include <algorithm>
#include <filesystem>
#include <utility>

#include "ahead.h"
#include "list_reader.h"
#include "mime/headers.h"
#include "mime/mbox.h"

using namespace hagaki;

namespace {

/// What is read of a mail: its header.
constexpr std::size_t kHeader = limits::kHeaderBytes;

/// Adds the people of one mail; how many they are.
std::size_t add_people(std::string_view mail, const std::string& ref, const Settings& settings,
                       Batch& batch) {
  const auto people =
      harvest::people_of(mime::Headers::parse(mail), settings.mail_fields, settings.own);
  for (const auto& person : people) {
    auto recipient = harvest::bare_recipient(person.email, settings.consent);
    if (!recipient) continue;  // people_of() gives addresses
    recipient->name = person.name;
    batch.rows.push_back(row_of(*recipient, ref, settings, {.method = "mailbox"}));
  }
  return people.size();
}

/// An mbox, or one mail.
class MailList : public ListReader {
 public:
  explicit MailList(const ListFile& file)
      : input_(file.input),
        settings_(file.settings),
        buffer_(std::string(file.ahead), *file.input.stream),
        stream_(&buffer_),
        reader_(stream_, kHeader) {}

  Result<bool> read(Batch& batch, std::size_t most) override {
    while (filled(batch) < most) {
      const auto mail = reader_.next();
      if (!mail) return fail(ErrorCode::Io, "reading failed", input_.name);
      if (!*mail) {
        if (found_ == 0) batch.notes.push_back(input_.name + ": no address found");
        return false;
      }
      found_ += add_people((*mail)->bytes, place(input_.name, ++number_), settings_, batch);
      if (filled(batch) > 0 && stream_.rdbuf()->in_avail() <= 0) break;
    }
    return true;
  }

 private:
  cli::Input& input_;
  const Settings& settings_;
  Ahead buffer_;
  std::istream stream_;
  mime::MboxReader reader_;
  std::uint64_t number_ = 0;
  std::uint64_t found_ = 0;
};

class MaildirList : public ListReader {
 public:
  MaildirList(std::string folder, std::vector<std::string> mails, const Settings& settings)
      : folder_(std::move(folder)), mails_(std::move(mails)), settings_(settings) {}

  Result<bool> read(Batch& batch, std::size_t most) override {
    for (; filled(batch) < most; ++next_) {
      if (next_ == mails_.size()) {
        if (found_ == 0) batch.notes.push_back(folder_ + ": no address found");
        return false;
      }
      const auto& path = mails_[next_];
      const auto input = cli::open_input(path);
      if (!input && input.error().code == ErrorCode::NotFound) {
        batch.notes.push_back(path + ": moved or deleted meanwhile");
        continue;
      }
      std::string header(kHeader, '\0');
      std::ptrdiff_t size = -1;
      std::size_t length = 0;
      while (input && length < kHeader) {
        size = input->read_some(header.data() + length, kHeader - length);
        if (size <= 0) break;
        length += static_cast<std::size_t>(size);
      }
      if (!input || size < 0) {
        batch.problems.push_back({ErrorCode::Io, "reading failed", path});
        continue;
      }
      header.resize(length);
      found_ += add_people(header, path, settings_, batch);
    }
    return true;
  }

 private:
  std::string folder_;
  std::vector<std::string> mails_;
  const Settings& settings_;
  std::size_t next_ = 0;
  std::uint64_t found_ = 0;
};

}  // namespace

std::unique_ptr<ListReader> mail_list(const ListFile& file) {
  return std::make_unique<MailList>(file);
}

Result<std::unique_ptr<ListReader>> maildir_list(const std::string& folder,
                                                 const Settings& settings) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(folder + "/cur", error) || !fs::is_directory(folder + "/new", error)) {
    return fail(ErrorCode::Unopened, "a directory, and no Maildir; name the files in it", folder);
  }
  std::vector<std::string> mails;
  for (const char* part : {"/cur", "/new"}) {
    fs::directory_iterator entries(folder + part, error);
    if (error) return fail(ErrorCode::Unopened, error.message(), folder + part);
    for (const fs::directory_iterator end; entries != end; entries.increment(error)) {
      auto path = entries->path().string();
      if (!entries->path().filename().string().starts_with('.')) mails.push_back(std::move(path));
    }
    if (error) return fail(ErrorCode::Io, error.message(), folder + part);
  }
  std::sort(mails.begin(), mails.end());
  return std::make_unique<MaildirList>(folder, std::move(mails), settings);
}
