#include "net/mailbox.h"

#include <doctest/doctest.h>

#include <map>

#include "base/text.h"
#include "net/imap_mailbox.h"
#include "net/pop3_mailbox.h"
#include "scripted_stream.h"

using namespace hagaki;
using net::MailFate;

namespace {

struct Memory : net::UidlMemory {
  std::map<std::string, Known> all;
  std::set<std::string> there;
  [[nodiscard]] Known known(const std::string& uidl) const override {
    const auto at = all.find(uidl);
    return at == all.end() ? Known::No : at->second;
  }
  Result<void> remember(const std::string& uidl, MailFate fate) override {
    all[uidl] = fate == MailFate::Done ? Known::Done : Known::Left;
    return {};
  }
  Result<void> keep_only(const std::set<std::string>& uidls) override {
    there = uidls;
    return {};
  }
};

const std::string kSelected =
    "* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Flags.\r\n* OK [UIDVALIDITY 1] "
    "ok\r\n";

/// "H1 CAPABILITY" and so on, up to the search.
std::vector<ScriptedStream::Step> opening(const std::string& capabilities,
                                          const std::string& found) {
  return {{"H1 CAPABILITY", "* CAPABILITY IMAP4rev1 " + capabilities + "\r\nH1 OK done\r\n"},
          {"H2 SELECT \"INBOX\"", kSelected + "H2 OK [READ-WRITE] Selected\r\n"},
          {"H3 UID SEARCH UNSEEN UNDELETED UNKEYWORD HagakiRead",
           "* SEARCH " + found + "\r\nH3 OK done\r\n"}};
}

std::string fetched(int uid, const std::string& mail, const std::string& tag) {
  return "* 1 FETCH (UID " + std::to_string(uid) + " RFC822.SIZE " + std::to_string(mail.size()) +
         " BODY[]<0> {" + std::to_string(mail.size()) + "}\r\n" + mail + ")\r\n" + tag +
         " OK done\r\n";
}

struct Session {
  std::vector<std::string> sent;
  std::vector<std::string> refused;
  Result<std::unique_ptr<net::Mailbox>> mailbox = fail(ErrorCode::Retry, "not opened");

  void imap(std::vector<ScriptedStream::Step> steps, const net::MailboxAction& action) {
    mailbox = net::open_imap(std::make_unique<ScriptedStream>(std::move(steps), sent), "INBOX",
                             action, [this](const std::string& what) { refused.push_back(what); });
    REQUIRE_MESSAGE(mailbox.has_value(), mailbox.error().text());
  }
  std::string next() {
    auto mail = (*mailbox)->next();
    if (!mail) return "error: " + mail.error().message;
    return *mail ? (*mail)->id + ":" + (*mail)->bytes + ((*mail)->cut ? "[cut]" : "") : "end";
  }
};

/// Gives out what it has ready; send() says what that is.
class Answering : public net::ByteStream {
 public:
  Result<std::size_t> receive(char* to, std::size_t most) override {
    if (ready_.empty()) return fail(ErrorCode::Retry, "nothing more");
    const auto n = std::min(most, ready_.size());
    ready_.copy(to, n);
    ready_.erase(0, n);
    return n;
  }

 protected:
  std::string ready_;
};

}  // namespace

TEST_CASE("URLs of mailboxes") {
  struct Case {
    std::string url;
    std::string want;  // as mailbox_url() writes it, with the port always; or the error
  };
  const Case cases[] = {
      {"imaps://user@mail.example/INBOX", "imaps://user@mail.example/INBOX"},
      {"IMAPS://user@mail.example", "imaps://user@mail.example/INBOX"},
      {"imap://user@mail.example:1143/Bounces/2026", "imap://user@mail.example:1143/Bounces/2026"},
      {"imap://user@example.jp@mail.example:143/", "imap://user%40example.jp@mail.example/INBOX"},
      {"imaps://user%40example.jp@mail.example/%E5%87%A6%20x",
       "imaps://user%40example.jp@mail.example/%E5%87%A6%20x"},
      {"pop3s://u@[::1]:9950", "pop3s://u@[::1]:9950"},
      {"pop3://u@localhost/", "pop3://u@localhost"},
      {"pop3://u@localhost/x", "POP3 has no folders"},
      {"imaps://mail.example/INBOX", "a URL of a mailbox names its user: imaps://USER@HOST"},
      {"imaps://u:secret@mail.example/", "a password does not belong on the command line"},
      {"imaps://u@/INBOX", "bad host or port"},
      {"imaps://u@host:0/", "bad host or port"},
      {"imaps://u@host:/", "bad host or port"},
      {"imaps://u@host:1x/", "bad host or port"},
      {"imaps://u@[::1/", "bad host or port"},
      {"imaps://u@host/a%0d%0ab", "bad folder"},
      {"imaps://u@host/%ff", "bad folder"},
      {"imaps://u%0a@host/", "bad user name in the URL of a mailbox"},
      {"imaps://u%4@host/", "bad user name in the URL of a mailbox"},
      {"https://u@host/", "no URL of a mailbox"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.url);
    const auto target = net::parse_mailbox_url(c.url);
    CHECK((target ? net::mailbox_url(*target) : target.error().message) == c.want);
  }
  CHECK_FALSE(net::is_mailbox_url("imaps:"));
  CHECK_FALSE(net::is_mailbox_url("dir/imap://x"));
}

TEST_CASE("IMAP: what becomes of a mail is sent while others are on their way") {
  const std::string peek = " (UID RFC822.SIZE BODY.PEEK[]<0.20>)";
  auto steps = opening("UIDPLUS", "7 5 9");
  // The server works on all at once; another client's change comes in between, and a mail is gone.
  steps.push_back(
      {"H4 UID FETCH 5" + peek + "\r\nH5 UID FETCH 7" + peek + "\r\nH6 UID FETCH 9" + peek,
       "* 1 FETCH (UID 5 RFC822.SIZE 15 BODY[]<0> {15}\r\nA: {5}\r\n\r\n)x123)\r\n"
       "* 1 FETCH (FLAGS (\\Seen) UID 5)\r\n* 2 EXPUNGE\r\n"
       "* 2 FETCH (BODY[]<0> {20}\r\n01234567890123456789 RFC822.SIZE 21 UID 9)\r\n"
       "H6 OK done\r\nH4 OK done\r\nH5 OK none\r\n"});
  steps.push_back({"H7 UID STORE 5 +FLAGS.SILENT (\\Seen)", "H7 OK done\r\n"});
  steps.push_back({"H8 UID STORE 9 +FLAGS.SILENT (HagakiRead)",
                   "* 3 FETCH (BODY[] \"of nobody\")\r\nH8 NO [LIMIT] too many\r\n"});
  steps.push_back({"H9 LOGOUT", "* BYE\r\nH9 OK bye\r\n"});
  Session session;
  session.imap(steps, {.most = 20});
  CHECK(session.next() == "5:A: {5}\r\n\r\n)x123");
  CHECK((*session.mailbox)->settle("5", MailFate::Done));
  CHECK(session.next() == "9:01234567890123456789[cut]");
  CHECK((*session.mailbox)->settle("9", MailFate::Left));
  CHECK(session.next() == "end");
  CHECK((*session.mailbox)->finish());
  CHECK(session.refused == std::vector<std::string>{"mail 9: marking: NO [LIMIT] too many"});
  CHECK(session.sent.size() == steps.size());
}

TEST_CASE("IMAP: eight mails are on their way at most") {
  const auto fetch = [](int tag, int uid) {
    return "H" + std::to_string(tag) + " UID FETCH " + std::to_string(uid) +
           " (UID RFC822.SIZE BODY.PEEK[]<0.20>)";
  };
  auto steps = opening("", "1 2 3 4 5 6 7 8 9 10");
  std::string first;
  std::string answers;
  for (int uid = 1; uid <= 8; ++uid) {
    first += (uid == 1 ? "" : "\r\n") + fetch(uid + 3, uid);
    answers += fetched(uid, "x", "H" + std::to_string(uid + 3));
  }
  steps.push_back({first, answers});
  steps.push_back({"H12 UID STORE 1 +FLAGS.SILENT (\\Seen)\r\n" + fetch(13, 9),
                   "H12 OK\r\n" + fetched(9, "y", "H13")});
  steps.push_back({"H14 UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n" + fetch(15, 10),
                   "H14 OK\r\n" + fetched(10, "z", "H15")});
  Session session;
  session.imap(steps, {.most = 20});
  for (int uid = 1; uid <= 10; ++uid) {
    const auto mail = session.next();
    CHECK(mail == std::to_string(uid) + (uid == 9 ? ":y" : uid == 10 ? ":z" : ":x"));
    if (uid < 3) CHECK((*session.mailbox)->settle(std::to_string(uid), MailFate::Done));
  }
  CHECK(session.next() == "end");
  CHECK(session.sent.size() == steps.size());
}

TEST_CASE("IMAP: a server that leaves commands unanswered is asked no more") {
  // Gives out the mails that are asked for, and answers no STORE.
  class Deaf : public Answering {
   public:
    explicit Deaf(std::size_t& stores) : stores_(stores) {}
    Result<void> send(std::string_view bytes) override {
      for (const auto line : split(bytes, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() < 2) continue;
        const std::string tag(words[0]);
        if (words[1] == "SELECT") ready_ += kSelected;
        if (words[1] == "UID" && words[2] == "SEARCH") {
          ready_ += "* SEARCH";
          for (int uid = 1; uid <= 1000; ++uid) ready_ += " " + std::to_string(uid);
          ready_ += "\r\n";
        }
        if (words[1] == "UID" && words[2] == "FETCH") {
          ready_ += fetched(std::stoi(std::string(words[3])), "x", tag);
        } else if (words[1] == "UID" && words[2] == "STORE") {
          ++stores_;
        } else {
          ready_ += tag + " OK\r\n";
        }
      }
      return {};
    }

   private:
    std::size_t& stores_;
  };
  std::size_t stores = 0;
  Session session;
  session.mailbox = net::open_imap(std::make_unique<Deaf>(stores), "INBOX", {.most = 20}, {});
  REQUIRE(session.mailbox.has_value());
  bool open = true;
  for (int mails = 0; open; ++mails) {
    REQUIRE(mails < 1000);
    const auto mail = session.next();
    open = mail != "error: nothing more" &&
           (*session.mailbox)->settle(mail.substr(0, mail.find(':')), MailFate::Done);
  }
  CHECK(stores >= 32);
  CHECK(stores <= 40);
}

TEST_CASE("IMAP: each mail has a time of its own") {
  // Sends what it is asked for as slowly as may be: it may send so many bytes until it hears that
  // they were what was wanted.
  class Slow : public ScriptedStream {
   public:
    using ScriptedStream::ScriptedStream;
    Result<std::size_t> receive(char* to, std::size_t most) override {
      auto got = ScriptedStream::receive(to, most);
      if (got && (sent_ += *got) > 400) return fail(ErrorCode::Retry, "the server takes too long");
      return got;
    }
    Result<void> send(std::string_view bytes) override {
      sent_ = 0;
      return ScriptedStream::send(bytes);
    }
    void answered() override { sent_ = 0; }

   private:
    std::size_t sent_ = 0;
  };
  auto steps = opening("", "1 2 3 4");
  std::string asked;
  std::string answers;
  for (int uid = 1; uid <= 4; ++uid) {
    const auto tag = "H" + std::to_string(uid + 3);
    asked += (uid == 1 ? "" : "\r\n") + tag + " UID FETCH " + std::to_string(uid) +
             " (UID RFC822.SIZE BODY.PEEK[]<0.300>)";
    answers += fetched(uid, std::string(300, 'x'), tag);
  }
  steps.push_back({asked, answers});
  std::vector<std::string> sent;
  Session session;
  session.mailbox =
      net::open_imap(std::make_unique<Slow>(std::move(steps), sent), "INBOX", {.most = 300}, {});
  REQUIRE(session.mailbox.has_value());
  for (int uid = 1; uid <= 4; ++uid) {
    CHECK(session.next() == std::to_string(uid) + ":" + std::string(300, 'x'));
  }
  CHECK(session.next() == "end");
}

TEST_CASE("IMAP: moving and deleting by what the server can") {
  struct Case {
    const char* name;
    std::string capabilities;
    net::MailboxAction action;
    std::vector<std::string> want;  // sent behind the fetch; "#" for the number of a command
  };
  const std::string seen = "H# UID STORE 5 +FLAGS.SILENT (\\Seen)\r\n";
  const std::string gone = "H# UID STORE 5 +FLAGS.SILENT (\\Deleted)\r\n";
  const std::string expunge = "H# UID EXPUNGE 5\r\n";
  const std::string logout = "H# LOGOUT\r\n";
  const Case cases[] = {
      {"delete",
       "UIDPLUS",
       {.remove = true},
       {"H# UID STORE 5 +FLAGS.SILENT (\\Seen \\Deleted)\r\n" + expunge, logout}},
      {"delete where others' mails would go too",
       "MOVE",
       {.remove = true},
       {"H# UID STORE 5 +FLAGS.SILENT (\\Seen \\Deleted)\r\n", logout}},
      {"move",
       "MOVE UIDPLUS",
       {.move = "処理済み"},
       {seen + "H# UID MOVE 5 \"&UeZ0Bm4IMH8-\"\r\n", logout}},
      {"copy and delete",
       "UIDPLUS",
       {.move = "a\"b"},
       {seen + "H# UID COPY 5 \"a\\\"b\"\r\n", gone + expunge, logout}},
      {"copy and mark", "X", {.move = "Old"}, {seen + "H# UID COPY 5 \"Old\"\r\n", gone, logout}},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    // Answers to whatever comes.
    class Yes : public Answering {
     public:
      Yes(std::string capabilities, std::vector<std::string>& log)
          : capabilities_(std::move(capabilities)), log_(log) {}
      Result<void> send(std::string_view bytes) override {
        std::string masked;
        for (std::size_t at = 0; at < bytes.size();) {
          const auto line = bytes.substr(at, bytes.find('\n', at) + 1 - at);
          const auto tag = std::string(line.substr(0, line.find(' ')));
          masked += "H#" + std::string(line.substr(tag.size()));
          if (line.find("CAPABILITY") != line.npos)
            ready_ += "* CAPABILITY " + capabilities_ + "\r\n";
          if (line.find("SELECT") != line.npos) ready_ += kSelected;
          if (line.find("SEARCH") != line.npos) ready_ += "* SEARCH 5\r\n";
          ready_ +=
              line.find("FETCH") != line.npos ? fetched(5, "A: b\r\n\r\n", tag) : tag + " OK\r\n";
          at += line.size();
        }
        log_.push_back(masked);
        return {};
      }

     private:
      std::string capabilities_;
      std::vector<std::string>& log_;
    };
    std::vector<std::string> sent;
    auto mailbox =
        net::open_imap(std::make_unique<Yes>(c.capabilities, sent), "INBOX", c.action, {});
    REQUIRE(mailbox.has_value());
    REQUIRE((*mailbox)->next().has_value());
    sent.clear();
    CHECK((*mailbox)->settle("5", MailFate::Done));
    CHECK((*mailbox)->finish());
    CHECK(sent == c.want);
  }
}

TEST_CASE("IMAP: servers that misbehave") {
  struct Case {
    const char* name;
    std::string answer;  // to the fetch
    std::string want;
  };
  const Case cases[] = {
      {"more than was asked for", "* 1 FETCH (UID 5 BODY[]<0> {99999}\r\n",
       "error: the server sends more than was asked for"},
      {"another tag", "H9 OK done\r\n", "error: the server answers what was not asked"},
      {"ends", "* BYE too long\r\n", "error: the server ends the session: too long"},
      {"breaks off in a mail", "* 1 FETCH (UID 5 BODY[]<0> {20}\r\nabc", "error: nothing more"},
      {"another mail", "* 1 FETCH (UID 6 BODY[]<0> {1}\r\nx)\r\nH4 OK\r\n", "end"},
      {"quoted", "* 1 FETCH (BODY[]<0> \"a\\\"b\" UID 5)\r\nH4 OK\r\n", "5:a\"b"},
      {"empty", "* 1 FETCH (UID 5 BODY[]<0> NIL)\r\nH4 OK\r\n", "5:"},
      {"refused", "H4 NO [SERVERBUG] broken\r\n", "end"},
      {"nonsense", "* 1 FETCH (((\r\n* 1 FETCH )\r\n* FETCH\r\n*\r\n\r\nH4 OK\r\n",
       "error: the server answers what was not asked"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    auto steps = opening("", "5");
    steps.push_back({"H4 UID FETCH 5 (UID RFC822.SIZE BODY.PEEK[]<0.20>)", c.answer});
    Session session;
    session.imap(steps, {.most = 20});
    CHECK(session.next() == c.want);
  }
}

TEST_CASE("POP3: what was read before is known by its UIDL") {
  const std::vector<ScriptedStream::Step> steps = {
      {"UIDL", "+OK\r\n1 a\r\n2 b\r\n3 c\r\n4 d\r\n.\r\n"},
      {"DELE 1", "+OK\r\n"},
      {"RETR 3", "+OK 20 octets\r\nA: b\r\n\r\n..\r\n.x\r\n\r\n.\r\n"},
      {"DELE 3", "-ERR in use\r\n"},
      {"RETR 4", "+OK\r\n" + std::string(70'000, 'y') + "\r\n.\r\n"},
      {"QUIT", "+OK\r\n"}};
  Memory memory;
  memory.all = {{"a", net::UidlMemory::Known::Done}, {"b", net::UidlMemory::Known::Left}};
  Session session;
  session.mailbox = net::open_pop3(
      std::make_unique<ScriptedStream>(steps, session.sent), {.remove = true, .most = 30}, memory,
      [&](const std::string& what) { session.refused.push_back(what); });
  REQUIRE(session.mailbox.has_value());
  CHECK(memory.there == std::set<std::string>{"a", "b", "c", "d"});
  CHECK(session.next() == "c:A: b\r\n\r\n.\r\nx\r\n\r\n");
  CHECK((*session.mailbox)->settle("c", MailFate::Done));
  CHECK(session.refused == std::vector<std::string>{"mail c: deleting: in use"});
  CHECK(session.next() == "d:" + std::string(30, 'y') + "[cut]");
  CHECK((*session.mailbox)->settle("d", MailFate::Left));
  CHECK(session.next() == "end");
  CHECK((*session.mailbox)->finish());
  CHECK(memory.all["c"] == net::UidlMemory::Known::Done);
  CHECK(memory.all["d"] == net::UidlMemory::Known::Left);
  CHECK(session.sent.size() == steps.size());
}
