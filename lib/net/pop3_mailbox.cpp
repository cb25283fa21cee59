#include "net/pop3_mailbox.h"

#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kLongestReply = 4096;
constexpr std::size_t kLongestUidl = 255;  // RFC 1939 says 70
constexpr std::size_t kMostMails = 10'000'000;
constexpr std::size_t kPiece = 64u << 10;  // of a line in a mail

class Pop3Mailbox : public Mailbox {
 public:
  Pop3Mailbox(std::unique_ptr<ByteStream> stream, MailboxAction action, UidlMemory& memory,
              OnRefused refused)
      : stream_(std::move(stream)),
        reader_(*stream_),
        action_(std::move(action)),
        memory_(memory),
        refused_(std::move(refused)) {}

  Result<void> open();
  Result<std::optional<FetchedMail>> next() override;
  Result<void> settle(const std::string& id, MailFate fate) override;
  Result<void> finish() override;

 private:
  struct Entry {
    unsigned long long number;
    std::string uidl;
  };

  /// The words behind "+OK" or, as `refusal`, behind "-ERR".
  Result<bool> ask(const std::string& command, std::string& words);
  Result<void> list();
  Result<void> remove(unsigned long long number, const std::string& uidl);
  Result<void> read_mail(FetchedMail& mail);

  std::unique_ptr<ByteStream> stream_;
  LineReader reader_;
  MailboxAction action_;
  UidlMemory& memory_;
  OnRefused refused_;
  std::vector<Entry> entries_;
  std::size_t at_ = 0;
  std::unordered_map<std::string, unsigned long long> numbers_;  // of what was given out
};

Result<bool> Pop3Mailbox::ask(const std::string& command, std::string& words) {
  if (auto sent = stream_->send(command + "\r\n"); !sent) {
    return tl::unexpected<Error>(sent.error());
  }
  const auto line = reader_.line(kLongestReply);
  if (!line) return tl::unexpected<Error>(line.error());
  if (line->starts_with("+OK")) {
    words = trim(line->substr(3));
    return true;
  }
  if (line->starts_with("-ERR")) {
    words = trim(line->substr(4));
    return false;
  }
  return fail(ErrorCode::Protocol, "the server answers what is no POP3");
}

Result<void> Pop3Mailbox::list() {
  std::string words;
  const auto ok = ask("UIDL", words);
  if (!ok) return tl::unexpected<Error>(ok.error());
  if (!*ok) {
    return fail(ErrorCode::Unsupported,
                "the server cannot tell read mails from others (UIDL): " + words);
  }
  for (;;) {
    const auto line = reader_.line(kLongestReply);
    if (!line) return tl::unexpected<Error>(line.error());
    if (*line == ".") return {};
    const auto space = line->find(' ');
    const auto number = parse_unsigned(line->substr(0, space));
    const auto uidl =
        space == std::string_view::npos ? std::string_view() : trim(line->substr(space));
    if (!number || uidl.empty() || uidl.size() > kLongestUidl || entries_.size() == kMostMails) {
      return fail(ErrorCode::Protocol, "the server lists its mails in an unknown form");
    }
    entries_.push_back({*number, std::string(uidl)});
  }
}

Result<void> Pop3Mailbox::open() {
  if (auto listed = list(); !listed) return listed;
  std::set<std::string> there;
  for (const auto& entry : entries_) there.insert(entry.uidl);
  return memory_.keep_only(there);
}

Result<void> Pop3Mailbox::remove(unsigned long long number, const std::string& uidl) {
  std::string words;
  const auto ok = ask(fmt::format("DELE {}", number), words);
  if (!ok) return tl::unexpected<Error>(ok.error());
  if (!*ok && refused_) refused_(fmt::format("mail {}: deleting: {}", uidl, words));
  return {};
}

Result<void> Pop3Mailbox::read_mail(FetchedMail& mail) {
  bool line_begins = true;
  for (;;) {
    bool ended = false;
    auto text = reader_.piece(kPiece, ended);
    if (!text) return tl::unexpected<Error>(text.error());
    if (line_begins && ended && *text == ".") break;
    if (line_begins && text->starts_with('.')) text->remove_prefix(1);
    line_begins = ended;
    if (mail.cut) continue;
    mail.bytes.append(*text).append(ended ? "\r\n" : "");
    if (mail.bytes.size() > action_.most) {
      mail.cut = true;
      mail.bytes.resize(action_.most);
    }
  }
  return {};
}

Result<std::optional<FetchedMail>> Pop3Mailbox::next() {
  while (at_ < entries_.size()) {
    const auto& entry = entries_[at_++];
    const auto known = memory_.known(entry.uidl);
    if (known == UidlMemory::Known::Done && action_.remove) {
      if (auto removed = remove(entry.number, entry.uidl); !removed) {
        return tl::unexpected<Error>(removed.error());
      }
    }
    const bool again = known == UidlMemory::Known::Left && action_.left_too;
    if (known != UidlMemory::Known::No && !again) continue;
    FetchedMail mail;
    mail.id = entry.uidl;
    std::string words;
    const auto ok = ask(fmt::format("RETR {}", entry.number), words);
    if (!ok) return tl::unexpected<Error>(ok.error());
    if (!*ok) {
      if (refused_) refused_(fmt::format("mail {}: {}", entry.uidl, words));
      continue;
    }
    if (auto read = read_mail(mail); !read) return tl::unexpected<Error>(read.error());
    numbers_[entry.uidl] = entry.number;
    return mail;
  }
  return std::optional<FetchedMail>();
}

Result<void> Pop3Mailbox::settle(const std::string& id, MailFate fate) {
  if (auto kept = memory_.remember(id, fate); !kept) return kept;
  const auto number = numbers_.find(id);
  if (fate == MailFate::Left || !action_.remove || number == numbers_.end()) return {};
  return remove(number->second, id);
}

Result<void> Pop3Mailbox::finish() {
  std::string words;
  const auto ok = ask("QUIT", words);
  if (!ok) return tl::unexpected<Error>(ok.error());
  if (!*ok && refused_) refused_("deleting: " + words);
  return {};
}

}  // namespace

Result<std::unique_ptr<Mailbox>> open_pop3(std::unique_ptr<ByteStream> stream,
                                           const MailboxAction& action, UidlMemory& memory,
                                           OnRefused refused) {
  auto mailbox =
      std::make_unique<Pop3Mailbox>(std::move(stream), action, memory, std::move(refused));
  if (auto opened = mailbox->open(); !opened) return tl::unexpected<Error>(opened.error());
  return mailbox;
}

}  // namespace hagaki::net
