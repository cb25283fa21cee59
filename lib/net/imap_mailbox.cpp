#include "net/imap_mailbox.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "net/imap_syntax.h"

namespace hagaki::net {
namespace {

constexpr std::string_view kKeyword = "HagakiRead";
constexpr std::size_t kMostPending = 32;  // commands whose answers were not read yet
constexpr std::size_t kMostUids = 10'000'000;
constexpr std::size_t kMostUntagged = 1'000'000;  // between two answers

class ImapMailbox : public Mailbox {
 public:
  ImapMailbox(std::unique_ptr<ByteStream> stream, MailboxAction action, OnRefused refused)
      : stream_(std::move(stream)),
        reader_(*stream_),
        action_(std::move(action)),
        refused_(std::move(refused)) {}

  Result<void> open(const std::string& folder);
  Result<std::optional<FetchedMail>> next() override;
  Result<void> settle(const std::string& id, MailFate fate) override;
  Result<void> finish() override;

 private:
  /// A command whose answer is still to come.
  struct Pending {
    std::string tag;
    std::string what;  // for messages: "mail 17: moving"
  };

  void queue(const std::string& command, std::string what);
  Result<void> flush();
  /// Sends what is queued and `command`, and reads up to its answer: "OK …" or "NO …".
  Result<std::string> ask(const std::string& command);
  /// The same where anything but OK is an error.
  Result<void> must(const std::string& command, const std::string& what);
  Result<void> read_answer(const std::string& tag, std::string& answer);
  void note_untagged(ImapResponse&& response);
  Result<void> search();
  Result<void> move_without_move(const std::string& uid);
  [[nodiscard]] bool can(std::string_view capability) const;

  std::unique_ptr<ByteStream> stream_;
  LineReader reader_;
  MailboxAction action_;
  OnRefused refused_;
  std::string target_;        // folder to move to, quoted
  std::string capabilities_;  // " imap4rev1 move "
  bool keywords_ = false;
  std::vector<std::uint32_t> uids_;
  std::size_t at_ = 0;
  unsigned tags_ = 0;
  std::string out_;
  std::deque<Pending> pending_;
  std::optional<ImapFetched> fetched_;
  std::uint32_t wanted_ = 0;
  std::string bye_;
};

/// The words of "NO [CODE] words".
std::string words_of(std::string_view answer) {
  const auto space = answer.find(' ');
  return std::string(space == std::string_view::npos ? answer : answer.substr(space + 1));
}

bool is_ok(std::string_view answer) {
  return ascii_istarts_with(answer, "OK");
}

bool ImapMailbox::can(std::string_view capability) const {
  return capabilities_.find(' ' + std::string(capability) + ' ') != std::string::npos;
}

void ImapMailbox::queue(const std::string& command, std::string what) {
  auto tag = fmt::format("H{}", ++tags_);
  out_ += fmt::format("{} {}\r\n", tag, command);
  pending_.push_back({std::move(tag), std::move(what)});
}

void ImapMailbox::note_untagged(ImapResponse&& response) {
  const auto rest = response.rest();
  if (ascii_istarts_with(rest, "CAPABILITY ")) {
    capabilities_ = ' ' + ascii_lower(rest.substr(11)) + ' ';
  } else if (ascii_istarts_with(rest, "BYE")) {
    bye_ = words_of(rest);
  } else if (const auto at = ascii_ifind(rest, "[PERMANENTFLAGS (");
             at != std::string_view::npos && ascii_istarts_with(rest, "OK ")) {
    const auto flags = rest.substr(at, rest.find(')', at) - at);
    keywords_ = flags.find("\\*") != std::string_view::npos;
  } else if (ascii_istarts_with(rest, "SEARCH")) {
    for (const auto word : split(rest.substr(6), ' ')) {
      const auto uid = parse_unsigned(word, 0xFFFFFFFFULL);
      if (uid && uids_.size() < kMostUids) uids_.push_back(static_cast<std::uint32_t>(*uid));
    }
  } else if (auto fetched = parse_imap_fetch(std::move(response))) {
    // Other clients' changes are told in FETCH responses too.
    if (fetched->uid == wanted_ && fetched->body) fetched_ = std::move(*fetched);
  }
}

Result<void> ImapMailbox::read_answer(const std::string& tag, std::string& answer) {
  for (std::size_t n = 0; n < kMostUntagged; ++n) {
    auto response = read_imap_response(reader_, action_.most + 4096);
    if (!response) {
      if (!bye_.empty()) return fail(ErrorCode::Retry, "the server ends the session: " + bye_);
      return tl::unexpected<Error>(response.error());
    }
    if (response->tag() == "*") {
      note_untagged(std::move(*response));
      continue;
    }
    if (response->tag() == tag) {
      answer = response->rest();
      return {};
    }
    return fail(ErrorCode::Protocol, "the server answers what was not asked");
  }
  return fail(ErrorCode::Protocol, "the server does not come to an end");
}

Result<void> ImapMailbox::flush() {
  const auto out = std::exchange(out_, {});
  if (!out.empty()) {
    if (auto sent = stream_->send(out); !sent) return sent;
  }
  while (!pending_.empty()) {
    const auto pending = std::move(pending_.front());
    pending_.pop_front();
    std::string answer;
    if (auto read = read_answer(pending.tag, answer); !read) return read;
    if (!is_ok(answer) && refused_) refused_(pending.what + ": " + answer);
  }
  return {};
}

Result<std::string> ImapMailbox::ask(const std::string& command) {
  const auto tag = fmt::format("H{}", ++tags_);
  out_ += fmt::format("{} {}\r\n", tag, command);
  if (auto flushed = flush(); !flushed) return tl::unexpected<Error>(flushed.error());
  std::string answer;
  if (auto read = read_answer(tag, answer); !read) return tl::unexpected<Error>(read.error());
  return answer;
}

Result<void> ImapMailbox::must(const std::string& command, const std::string& what) {
  const auto answer = ask(command);
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (is_ok(*answer)) return {};
  return fail(ErrorCode::NotFound, what + ": " + words_of(*answer));
}

Result<void> ImapMailbox::open(const std::string& folder) {
  if (auto ok = must("CAPABILITY", "CAPABILITY"); !ok) return ok;
  if (!action_.move.empty()) {
    target_ = imap_quoted(imap_folder_name(action_.move));
    const auto exists = ask("STATUS " + target_ + " (UIDVALIDITY)");
    if (!exists) return tl::unexpected<Error>(exists.error());
    if (!is_ok(*exists)) {
      if (auto ok = must("CREATE " + target_, "folder " + action_.move); !ok) return ok;
    }
  }
  const auto selected = ask("SELECT " + imap_quoted(imap_folder_name(folder)));
  if (!selected) return tl::unexpected<Error>(selected.error());
  if (!is_ok(*selected)) {
    return fail(ErrorCode::NotFound, "folder " + folder + ": " + words_of(*selected));
  }
  if (ascii_ifind(*selected, "[READ-ONLY]") != std::string_view::npos) {
    return fail(ErrorCode::Denied, "folder " + folder + ": read-only, so nothing could be marked");
  }
  return search();
}

Result<void> ImapMailbox::search() {
  const std::string unread =
      keywords_ && !action_.left_too ? fmt::format(" UNKEYWORD {}", kKeyword) : "";
  if (auto ok = must("UID SEARCH UNSEEN UNDELETED" + unread, "SEARCH"); !ok) return ok;
  std::sort(uids_.begin(), uids_.end());
  uids_.erase(std::unique(uids_.begin(), uids_.end()), uids_.end());
  return {};
}

Result<std::optional<FetchedMail>> ImapMailbox::next() {
  while (at_ < uids_.size()) {
    wanted_ = uids_[at_++];
    fetched_.reset();
    const auto answer =
        ask(fmt::format("UID FETCH {} (UID RFC822.SIZE BODY.PEEK[]<0.{}>)", wanted_, action_.most));
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (!is_ok(*answer)) {
      if (refused_) refused_(fmt::format("mail {}: {}", wanted_, *answer));
      continue;
    }
    if (!fetched_) continue;  // another client took it away
    FetchedMail mail;
    mail.id = std::to_string(wanted_);
    mail.bytes = std::move(*fetched_->body);
    if (mail.bytes.size() > action_.most) mail.bytes.resize(action_.most);
    // Some servers only guess the size, so alone it means nothing.
    mail.cut = mail.bytes.size() == action_.most && fetched_->size.value_or(0) > action_.most;
    return mail;
  }
  return std::optional<FetchedMail>();
}

Result<void> ImapMailbox::settle(const std::string& id, MailFate fate) {
  const auto store = [&](std::string_view flags, const char* what) {
    queue(fmt::format("UID STORE {} +FLAGS.SILENT ({})", id, flags),
          fmt::format("mail {}: {}", id, what));
  };
  if (fate == MailFate::Left) {
    if (keywords_) store(kKeyword, "marking");
  } else if (action_.remove) {
    store("\\Seen \\Deleted", "deleting");
    if (can("uidplus")) {
      queue("UID EXPUNGE " + id, fmt::format("mail {}: deleting", id));
    }
  } else if (action_.move.empty()) {
    store("\\Seen", "marking as seen");
  } else {
    store("\\Seen", "marking as seen");
    if (!can("move")) return move_without_move(id);
    queue(fmt::format("UID MOVE {} {}", id, target_), fmt::format("mail {}: moving", id));
  }
  return pending_.size() < kMostPending ? Result<void>() : flush();
}

/// Nothing is marked as deleted before its copy exists.
Result<void> ImapMailbox::move_without_move(const std::string& uid) {
  const auto copied = ask(fmt::format("UID COPY {} {}", uid, target_));
  if (!copied) return tl::unexpected<Error>(copied.error());
  if (!is_ok(*copied)) {
    if (refused_) refused_(fmt::format("mail {}: moving: {}", uid, *copied));
    return {};
  }
  queue(fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", uid),
        fmt::format("mail {}: deleting", uid));
  if (can("uidplus")) queue("UID EXPUNGE " + uid, fmt::format("mail {}: deleting", uid));
  return {};
}

Result<void> ImapMailbox::finish() {
  if (auto flushed = flush(); !flushed) return flushed;
  // All is settled: how the server takes leave does not matter.
  const auto bye = ask("LOGOUT");
  static_cast<void>(bye);
  return {};
}

}  // namespace

Result<std::unique_ptr<Mailbox>> open_imap(std::unique_ptr<ByteStream> stream,
                                           const std::string& folder, const MailboxAction& action,
                                           OnRefused refused) {
  auto mailbox = std::make_unique<ImapMailbox>(std::move(stream), action, std::move(refused));
  if (auto opened = mailbox->open(folder); !opened) {
    return tl::unexpected<Error>(opened.error());
  }
  return mailbox;
}

}  // namespace hagaki::net
