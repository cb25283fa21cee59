#include "net/imap_mailbox.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "net/imap_syntax.h"

namespace hagaki::net {
namespace {

constexpr std::string_view kKeyword = "HagakiRead";
// Commands whose answers were not read yet, beside those that fetch: with more, no mail is fetched.
constexpr std::size_t kMostPending = 32;
constexpr std::size_t kMostFetches = 8;  // on their way: one round trip serves so many
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
    std::string what;           // for messages: "mail 17: moving"
    std::uint32_t fetches = 0;  // the mail that it fetches and that has not come yet
    std::string copies{};       // the mail that it copies, to be deleted when its copy exists
  };

  Pending& queue(const std::string& command, std::string what);
  /// Sends what is queued.
  Result<void> send();
  /// Reads a response, and takes in what it says: a mail, or the answer to a command. Servers may
  /// work on several commands at once, and answer in any order.
  Result<void> read();
  /// Sends what is queued and reads all answers.
  Result<void> flush();
  /// Sends what is queued and reads all answers, then sends `command` and reads up to its answer:
  /// "OK …" or "NO …".
  Result<std::string> ask(const std::string& command);
  /// The same where anything but OK is an error.
  Result<void> must(const std::string& command, const std::string& what);
  Result<ImapResponse> read_response();
  void note_fetched(ImapFetched&& fetched);
  void answered(const Pending& pending, std::string_view answer);
  /// A mail or an answer has come: what comes next is waited for anew.
  void got_on();
  void note_untagged(ImapResponse&& response);
  Result<void> search();
  void queue_expunge(const std::string& uid);
  [[nodiscard]] bool can(std::string_view capability) const;

  std::unique_ptr<ByteStream> stream_;
  LineReader reader_;
  MailboxAction action_;
  OnRefused refused_;
  std::string target_;        // folder to move to, quoted
  std::string capabilities_;  // " imap4rev1 move "
  bool keywords_ = false;
  std::vector<std::uint32_t> uids_;
  std::size_t asked_ = 0;     // so many of them were asked for
  std::size_t fetching_ = 0;  // and of these so many are to come
  unsigned tags_ = 0;
  std::string out_;
  std::deque<Pending> pending_;
  std::optional<ImapFetched> fetched_;
  std::size_t untagged_ = 0;  // responses since the last answer or mail
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

ImapMailbox::Pending& ImapMailbox::queue(const std::string& command, std::string what) {
  auto tag = fmt::format("H{}", ++tags_);
  out_ += fmt::format("{} {}\r\n", tag, command);
  return pending_.emplace_back(Pending{std::move(tag), std::move(what)});
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
    note_fetched(std::move(*fetched));
  }
}

/// Other clients' changes are told in FETCH responses too.
void ImapMailbox::note_fetched(ImapFetched&& fetched) {
  if (fetched.uid == 0 || !fetched.body) return;
  const auto of = std::find_if(pending_.begin(), pending_.end(), [&fetched](const Pending& one) {
    return one.fetches == fetched.uid;
  });
  if (of == pending_.end()) return;
  of->fetches = 0;
  --fetching_;
  got_on();
  fetched_ = std::move(fetched);
}

Result<ImapResponse> ImapMailbox::read_response() {
  if (++untagged_ > kMostUntagged) {
    return fail(ErrorCode::Protocol, "the server does not come to an end");
  }
  auto response = read_imap_response(reader_, action_.most + 4096);
  if (!response && !bye_.empty()) {
    return fail(ErrorCode::Retry, "the server ends the session: " + bye_);
  }
  return response;
}

Result<void> ImapMailbox::send() {
  const auto out = std::exchange(out_, {});
  return out.empty() ? Result<void>() : stream_->send(out);
}

Result<void> ImapMailbox::read() {
  auto response = read_response();
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->tag() == "*") {
    note_untagged(std::move(*response));
    return {};
  }
  const auto of = std::find_if(pending_.begin(), pending_.end(), [&response](const Pending& one) {
    return one.tag == response->tag();
  });
  if (of == pending_.end()) {
    return fail(ErrorCode::Protocol, "the server answers what was not asked");
  }
  const auto pending = std::move(*of);
  pending_.erase(of);
  answered(pending, response->rest());
  return {};
}

void ImapMailbox::got_on() {
  untagged_ = 0;
  stream_->answered();
}

void ImapMailbox::answered(const Pending& pending, std::string_view answer) {
  got_on();
  if (pending.fetches != 0) --fetching_;  // another client took the mail away
  if (!is_ok(answer)) {
    if (refused_) refused_(fmt::format("{}: {}", pending.what, answer));
  } else if (!pending.copies.empty()) {
    queue(fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", pending.copies),
          fmt::format("mail {}: deleting", pending.copies));
    queue_expunge(pending.copies);
  }
}

Result<void> ImapMailbox::flush() {
  while (!pending_.empty()) {
    if (auto sent = send(); !sent) return sent;
    // An answer may queue more, which is sent at once.
    while (!pending_.empty() && out_.empty()) {
      if (auto done = read(); !done) return done;
    }
  }
  return {};
}

Result<std::string> ImapMailbox::ask(const std::string& command) {
  if (auto flushed = flush(); !flushed) return tl::unexpected<Error>(flushed.error());
  const auto tag = fmt::format("H{}", ++tags_);
  out_ = fmt::format("{} {}\r\n", tag, command);
  if (auto sent = send(); !sent) return tl::unexpected<Error>(sent.error());
  for (;;) {
    auto response = read_response();
    if (!response) return tl::unexpected<Error>(response.error());
    if (response->tag() == tag) {
      got_on();
      return std::string(response->rest());
    }
    if (response->tag() != "*") {
      return fail(ErrorCode::Protocol, "the server answers what was not asked");
    }
    note_untagged(std::move(*response));
  }
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
  for (;;) {
    while (fetching_ < kMostFetches && pending_.size() - fetching_ < kMostPending &&
           asked_ < uids_.size()) {
      const auto uid = uids_[asked_++];
      queue(fmt::format("UID FETCH {} (UID RFC822.SIZE BODY.PEEK[]<0.{}>)", uid, action_.most),
            fmt::format("mail {}", uid))
          .fetches = uid;
      ++fetching_;
    }
    if (auto sent = send(); !sent) return tl::unexpected<Error>(sent.error());
    if (pending_.empty()) return std::optional<FetchedMail>();
    fetched_.reset();
    if (auto done = read(); !done) return tl::unexpected<Error>(done.error());
    if (!fetched_) continue;
    FetchedMail mail;
    mail.id = std::to_string(fetched_->uid);
    mail.bytes = std::move(*fetched_->body);
    if (mail.bytes.size() > action_.most) mail.bytes.resize(action_.most);
    // Some servers only guess the size, so alone it means nothing.
    mail.cut = mail.bytes.size() == action_.most && fetched_->size.value_or(0) > action_.most;
    return mail;
  }
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
    queue_expunge(id);
  } else {
    store("\\Seen", "marking as seen");
    if (!action_.move.empty()) {
      const bool moves = can("move");
      auto& moving = queue(fmt::format("UID {} {} {}", moves ? "MOVE" : "COPY", id, target_),
                           fmt::format("mail {}: moving", id));
      if (!moves) moving.copies = id;
    }
  }
  // While mails are on their way, the answers come behind them.
  return fetching_ > 0 || pending_.size() < kMostPending ? Result<void>() : flush();
}

/// Where the server cannot remove this one alone, it stays, marked as deleted.
void ImapMailbox::queue_expunge(const std::string& uid) {
  if (can("uidplus")) queue("UID EXPUNGE " + uid, fmt::format("mail {}: deleting", uid));
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
