#include "smtp/dialogue.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/text.h"

namespace dialogue_test {

namespace {

using hagaki::Error;
using hagaki::ErrorCode;
using hagaki::split;
using hagaki::smtp::Capabilities;
using hagaki::smtp::Dialogue;
using hagaki::smtp::DsnRequest;
using hagaki::smtp::Event;
using hagaki::smtp::Grouping;
using hagaki::smtp::Transaction;

// clang-format off
/// A session as text. Lines in:
///   begin N [WORD...]  a transaction with id N, from f@x to rN@y; words: 8bit utf8 chunk requiretls
///                      dsn dots big smuggle inject
///   S TEXT             the server says TEXT
///   lost | quit        the connection breaks; we say goodbye
///   hold               from here on nothing is written
// clang-format on
/// The whole comes back with what we did in between:
///   C TEXT       we wrote TEXT
///   = EVENT      what next_event() gave
class Session {
 public:
  Session(const Capabilities& caps, Grouping grouping, bool bytewise)
      : dialogue_(caps, grouping), bytewise_(bytewise) {}

  std::string play(std::string_view script) {
    for (const auto line : split(script, '\n')) {
      if (line.empty()) continue;
      out_ += fmt::format("{}\n", line);
      step(line);
      collect();
    }
    return out_;
  }

 private:
  void step(std::string_view line) {
    const auto words = split(line, ' ');
    if (words[0] == "begin") {
      Transaction t;
      t.id = static_cast<std::uint64_t>(words[1][0] - '0');
      t.sender = "f@x";
      t.recipient = fmt::format("r{}@y", words[1]);
      t.data = "m" + std::string(words[1]) + "\r\n";
      for (std::size_t i = 2; i < words.size(); ++i) {
        if (words[i] == "8bit") t.eightbit = true;
        if (words[i] == "utf8") t.recipient = "ré@y";
        if (words[i] == "chunk") t.chunking = true;
        if (words[i] == "requiretls") t.require_tls = true;
        if (words[i] == "dsn") t.dsn = {"SUCCESS", DsnRequest::Return::Headers, "a+b@x"};
        if (words[i] == "dots") t.data = ".\r\n..\r\n";
        if (words[i] == "big") t.data = std::string(2000, 'a') + "\r\n";
        if (words[i] == "smuggle") t.data = "a\n.\nMAIL FROM:<evil@x>\r\n";
        if (words[i] == "inject") t.recipient = "a@b>\r\nRSET";
      }
      REQUIRE(dialogue_.room());
      dialogue_.begin(std::move(t));
    } else if (words[0] == "S") {
      const std::string bytes = std::string(line.substr(2)) + "\r\n";
      if (bytewise_) {
        for (const char& c : bytes) dialogue_.feed({&c, 1});
      } else {
        dialogue_.feed(bytes);
      }
    } else if (words[0] == "lost") {
      dialogue_.close(Error{ErrorCode::Io, "gone", {}});
    } else if (words[0] == "quit") {
      REQUIRE(dialogue_.idle());
      dialogue_.quit();
    } else if (words[0] == "hold") {
      hold_ = true;
    } else {
      FAIL("unknown step");
    }
  }

  void collect() {
    std::string wrote;
    for (;;) {
      while (auto event = dialogue_.next_event()) note(*event);
      if (!dialogue_.has_output() || hold_) break;
      const auto bytes = dialogue_.output(bytewise_ ? 1 : 65536);
      wrote += bytes;
      dialogue_.sent(bytes.size());
    }
    auto lines = split(wrote, '\n');
    lines.pop_back();
    for (auto line : lines) {
      REQUIRE(line.ends_with('\r'));
      line.remove_suffix(1);
      out_ += fmt::format("C {}\n", line.size() > 100 ? "(long)" : line);
    }
  }

  void note(const Event& e) {
    static constexpr std::string_view kNames[] = {"body",     "accepted",  "refused", "unfit",
                                                  "returned", "uncertain", "ended"};
    out_ += fmt::format("= {}", kNames[static_cast<int>(e.kind)]);
    if (e.id > 0) out_ += fmt::format(" {}", e.id);
    if (e.kind == Event::Kind::Refused) out_ += fmt::format(" {}", phase_name(e.phase));
    if (e.reply) out_ += fmt::format(" {} {}", e.reply->code, e.reply->text);
    if (e.kind == Event::Kind::Unfit) out_ += fmt::format(" {}", e.status.text());
    if (e.error && e.kind != Event::Kind::Unfit) out_ += fmt::format(" ({})", e.error->message);
    if (e.distrust_deep) out_ += " distrust";
    out_ += '\n';
  }

  Dialogue dialogue_;
  bool bytewise_;
  bool hold_ = false;
  std::string out_;
};

/// The lines of a transcript that the script gives: all but "C" and "=".
std::string script_of(std::string_view transcript) {
  std::string out;
  for (const auto line : split(transcript, '\n')) {
    if (!line.empty() && !line.starts_with("C ") && !line.starts_with("= ")) {
      out += fmt::format("{}\n", line);
    }
  }
  return out;
}

struct Case {
  const char* name;
  Grouping grouping;
  const char* transcript;
};

void check(const Case& c, const Capabilities& caps) {
  CAPTURE(c.name);
  for (const bool bytewise : {false, true}) {
    CAPTURE(bytewise);
    CHECK(Session(caps, c.grouping, bytewise).play(script_of(c.transcript)) == c.transcript);
  }
}

Capabilities pipelining() {
  Capabilities caps;
  caps.pipelining = true;
  return caps;
}

TEST_CASE("dialogues in step") {
  const Case cases[] = {
      {"accepted", Grouping::Stepwise,
       "begin 1\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r1@y>\nS 250 ok\nC DATA\nS 354 go\n= body "
       "1\nC m1\nC .\nS 250 2.0.0 queued\n= accepted 1 250 queued\nquit\nC QUIT\nS 221 bye\n= "
       "ended\n"},
      {"sender refused: no RSET needed", Grouping::Stepwise,
       "begin 1\nC MAIL FROM:<f@x>\nS 550 no\n= refused 1 mail 550 no\nbegin 2\nC MAIL "
       "FROM:<f@x>\nS 250 ok\nC RCPT TO:<r2@y>\n"},
      {"recipient refused: RSET, session lives", Grouping::Stepwise,
       "begin 1\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r1@y>\nS 550 5.1.1 who\n= refused 1 rcpt "
       "550 who\nbegin 2\nC RSET\nS 250 ok\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r2@y>\nS 250 "
       "ok\nC DATA\nS 354 go\n= body 2\nC m2\nC .\nS 250 ok\n= accepted 2 250 ok\n"},
      {"DATA refused", Grouping::Stepwise,
       "begin 1\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r1@y>\nS 250 ok\nC DATA\nS 451 later\n= "
       "refused 1 data 451 later\n"},
      {"message refused", Grouping::Stepwise,
       "begin 1\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r1@y>\nS 250 ok\nC DATA\nS 354 go\n= body "
       "1\nC m1\nC .\nS 554 spam\n= refused 1 body 554 spam\nbegin 2\nC MAIL FROM:<f@x>\n"},
  };
  // PIPELINING is not offered: whatever is asked for, it goes in step.
  for (auto c : cases) {
    check(c, {});
    c.grouping = Grouping::Deep;
    check(c, {});
  }
}

TEST_CASE("dialogues with commands grouped") {
  const Case cases[] = {
      {"accepted", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 354 go\n= body "
       "1\nC m1\nC .\nS 250 ok\n= accepted 1 250 ok\nbegin 2\nC MAIL FROM:<f@x>\nC RCPT "
       "TO:<r2@y>\nC DATA\n"},
      {"recipient refused, DATA refused: RSET in the next group", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 550 who\nS 554 none\n= "
       "refused 1 rcpt 550 who\nbegin 2\nC RSET\nC MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\nC DATA\nS "
       "250 "
       "reset\nS 250 ok\nS 250 ok\nS 354 go\n= body 2\nC m2\nC .\nS 250 ok\n= accepted 2 250 ok\n"},
      {"recipient refused, DATA taken: a lone dot", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 550 who\nS 354 go\nC "
       ".\nS "
       "554 no valid recipients\n= refused 1 rcpt 550 who\nbegin 2\nC MAIL FROM:<f@x>\nC RCPT "
       "TO:<r2@y>\nC DATA\n"},
      {"sender refused, the rest too", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 451 4.7.1 wait\nS 503 order\nS 503 "
       "order\n= refused 1 mail 451 wait\n"},
      {"421 to RCPT ends it", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 421 4.7.0 slow down\n= "
       "refused 1 rcpt 421 slow down\n= ended 421 slow down\n"},
      {"421 to the message: not accepted", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 354 go\n= body "
       "1\nC m1\nC .\nS 421 shutting down\n= refused 1 body 421 shutting down\n= ended 421 "
       "shutting "
       "down\n"},
      {"421 out of the blue", Grouping::Grouped, "S 421 timeout\n= ended 421 timeout\n"},
      {"talk out of the blue", Grouping::Grouped,
       "S 250 hello\n= ended 250 hello (server spoke without being asked)\n"},
      {"lost before the body", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nlost\n= returned 1 "
       "(gone)\n= "
       "ended (gone)\n"},
      {"lost behind the body", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 354 go\n= body "
       "1\nC m1\nC .\nlost\n= uncertain 1 (gone)\n= ended (gone)\n"},
      {"lost with the body still ours", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nhold\nS 354 "
       "go\n= "
       "body 1\nlost\n= returned 1 (gone)\n= ended (gone)\n"},
      {"refused in the middle of the body", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nhold\nS 354 "
       "go\n= "
       "body 1\nS 552 too big\n= refused 1 body 552 too big\n= ended (server answered before the "
       "message's end)\n"},
      {"accepted what it has not got", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nhold\nS 354 "
       "go\n= "
       "body 1\nS 250 ok\n= returned 1 (reply 250 to the message)\n= ended (reply 250 to the "
       "message)\n"},
      {"garbage behind the body", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 354 go\n= body "
       "1\nC m1\nC .\nS what\n= uncertain 1 (not an SMTP reply: \"what\")\n= ended (not an SMTP "
       "reply: \"what\")\n"},
      {"2xx to DATA", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 250 ok\n= "
       "returned 1 (reply 250 to DATA)\n= ended (reply 250 to DATA)\n"},
  };
  for (const auto& c : cases) check(c, pipelining());
}

TEST_CASE("dialogues with commands behind the body") {
  const std::string open1 = "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\n";
  const std::string body1 = open1 +
                            "begin 2\nS 250 ok\nS 250 ok\nS 354 go\n= body 1\nC m1\nC .\nC MAIL "
                            "FROM:<f@x>\nC RCPT TO:<r2@y>\nC DATA\n";
  struct Deep {
    const char* name;
    std::string transcript;
  };
  const Deep cases[] = {
      {"two accepted", body1 +
                           "S 250 one\n= accepted 1 250 one\nS 250 ok\nS 250 ok\nS 354 go\n= body "
                           "2\nC m2\nC .\nS 250 two\n= accepted 2 250 two\n"},
      {"the second comes late", open1 +
                                    "S 250 ok\nS 250 ok\nS 354 go\n= body 1\nC m1\nC .\nbegin 2\nC "
                                    "MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\nC DATA\nS 250 one\n= "
                                    "accepted 1 250 one\n"},
      {"first recipient refused without 354", open1 + "begin 2\nS 250 ok\nS 550 who\nS 554 none\n= "
                                                      "refused 1 rcpt 550 who\nC RSET\nC MAIL "
                                                      "FROM:<f@x>\nC RCPT TO:<r2@y>\nC DATA\n"},
      {"first recipient refused with 354: dot and next group in one",
       open1 + "begin 2\nS 250 ok\nS 550 who\nS 354 go\nC .\nC MAIL FROM:<f@x>\nC RCPT "
               "TO:<r2@y>\nC DATA\nS 554 none\n= refused 1 rcpt 550 who\nS 250 ok\n"},
      {"421 to the first message", body1 +
                                       "S 421 bye\n= refused 1 body 421 bye\n= returned 2\n= ended "
                                       "421 bye\n"},
      {"lost with both open", body1 + "lost\n= uncertain 1 (gone)\n= returned 2 (gone)\n= ended "
                                      "(gone)\n"},
      {"lost when only the second is open: deep is suspect",
       body1 + "S 250 one\n= accepted 1 250 one\nlost\n= returned 2 (gone) distrust\n= ended "
               "(gone)\n"},
      {"server calls it bad sequence",
       body1 + "S 250 one\n= accepted 1 250 one\nS 503 improper\nS 503 no\nS 503 no\n= returned 2 "
               "(server mishandles commands behind a body) distrust\n"},
      {"message refused, next goes on", body1 +
                                            "S 554 spam\n= refused 1 body 554 spam\nS 250 ok\nS "
                                            "250 ok\nS 354 go\n= body 2\nC m2\nC .\n"},
  };
  for (const auto& c : cases) check({c.name, Grouping::Deep, c.transcript.c_str()}, pipelining());
}

TEST_CASE("a server that offers PIPELINING and minds it gets commands one by one") {
  const Case cases[] = {
      {"503 to RCPT behind a MAIL that was taken", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 503 order\nS 503 "
       "order\n= "
       "returned 1 (server mishandles grouped commands)\nbegin 2\nC RSET\nS 250 ok\nC MAIL "
       "FROM:<f@x>\nS 250 ok\nC RCPT TO:<r2@y>\nS 503 order\n= refused 2 rcpt 503 order\n"},
      {"503 to DATA behind a RCPT that was taken", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 250 ok\nS 503 order\n= "
       "returned 1 (server mishandles grouped commands)\nbegin 2\nC RSET\nS 250 ok\nC MAIL "
       "FROM:<f@x>\n"},
      {"503 with the next transaction waiting", Grouping::Deep,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nbegin 2\nS 250 ok\nS 503 order\nS "
       "503 "
       "order\n= returned 1 (server mishandles grouped commands)\nC RSET\nS 250 ok\nC MAIL "
       "FROM:<f@x>\nS 250 ok\nC RCPT TO:<r2@y>\nS 250 ok\nC DATA\nS 354 go\n= body 2\nC m2\nC .\nS "
       "250 "
       "ok\n= accepted 2 250 ok\n"},
      {"503 to RCPT behind a refused MAIL says nothing", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 550 no\nS 503 order\nS 503 "
       "order\n= "
       "refused 1 mail 550 no\nbegin 2\nC RSET\nC MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\nC DATA\n"},
      {"3xx to MAIL", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 354 go\n= returned 1 (reply 354 to "
       "MAIL)\n= ended (reply 354 to MAIL)\n"},
      {"3xx to RCPT", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\nS 250 ok\nS 354 go\n= returned 1 "
       "(reply 354 to RCPT)\n= ended (reply 354 to RCPT)\n"},
  };
  for (const auto& c : cases) check(c, pipelining());
}

TEST_CASE("behind several refused recipients DATA waits until one is taken") {
  const std::string refused =
      "S 250 ok\nS 550 who\nS 554 none\n= refused {0} rcpt 550 who\nbegin {1}\nC RSET\nC MAIL "
      "FROM:<f@x>\nC RCPT TO:<r{1}@y>\n";
  const std::string two_refused = "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\n" +
                                  fmt::format(fmt::runtime(refused), 1, 2) +
                                  "C DATA\nS 250 reset\n" +
                                  fmt::format(fmt::runtime(refused), 2, 3) + "S 250 reset\n";
  const std::string transcript =
      two_refused +
      "S 250 ok\nS 550 who\n= refused 3 rcpt 550 who\nbegin 4\nC RSET\nC MAIL FROM:<f@x>\nC RCPT "
      "TO:<r4@y>\nS 250 reset\nS 250 ok\nS 250 ok\nC DATA\nS 354 go\n= body 4\nC m4\nC .\nS 250 "
      "ok\n= "
      "accepted 4 250 ok\nbegin 5\nC MAIL FROM:<f@x>\nC RCPT TO:<r5@y>\nC DATA\n";
  check({"refused, then taken", Grouping::Grouped, transcript.c_str()}, pipelining());
  const std::string mail_too =
      two_refused +
      "S 451 no\nS 503 order\n= refused 3 mail 451 no\nbegin 4\nC MAIL FROM:<f@x>\nC RCPT "
      "TO:<r4@y>\n";
  check({"and a refused sender", Grouping::Grouped, mail_too.c_str()}, pipelining());
}

TEST_CASE("dialogues with chunks") {
  Capabilities caps = pipelining();
  caps.chunking = true;
  const Case cases[] = {
      {"accepted", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 250 ok\n= body 1\nC BDAT 4 "
       "LAST\nC m1\nS 250 ok\n= accepted 1 250 ok\nbegin 2 chunk\nC MAIL FROM:<f@x>\nC RCPT "
       "TO:<r2@y>\n"},
      {"dots are sent as they are", Grouping::Grouped,
       "begin 1 chunk dots\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 250 ok\n= body 1\nC "
       "BDAT 7 LAST\nC .\nC ..\n"},
      {"not asked for", Grouping::Grouped,
       "begin 1\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\n"},
      {"recipient refused: nothing was sent in vain", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 550 who\n= refused 1 rcpt "
       "550 who\nbegin 2 chunk\nC RSET\nC MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\n"},
      {"message refused: RSET", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 250 ok\n= body 1\nC BDAT 4 "
       "LAST\nC m1\nS 554 spam\n= refused 1 body 554 spam\nbegin 2 chunk\nC RSET\nC MAIL "
       "FROM:<f@x>\nC RCPT TO:<r2@y>\n"},
      {"announced and unknown", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 250 ok\n= body 1\nC BDAT 4 "
       "LAST\nC m1\nS 502 what\n= returned 1 (reply 502 to BDAT)\n= ended (reply 502 to BDAT)\n"},
      {"lost behind the chunk", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nS 250 ok\n= body 1\nC BDAT 4 "
       "LAST\nC m1\nlost\n= uncertain 1 (gone)\n= ended (gone)\n"},
      {"lost with the chunk still ours", Grouping::Grouped,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nS 250 ok\nhold\nS 250 ok\n= body "
       "1\nlost\n= returned 1 (gone)\n= ended (gone)\n"},
      {"in step", Grouping::Stepwise,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r1@y>\nS 550 who\n= refused 1 rcpt "
       "550 who\nbegin 2 chunk\nC RSET\nS 250 ok\nC MAIL FROM:<f@x>\nS 250 ok\nC RCPT TO:<r2@y>\nS "
       "250 ok\n= body 2\nC BDAT 4 LAST\nC m2\nS 250 ok\n= accepted 2 250 ok\n"},
      {"the next commands behind the chunk", Grouping::Deep,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nbegin 2 chunk\nS 250 ok\nS 250 ok\n= "
       "body 1\nC BDAT 4 LAST\nC m1\nC MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\nS 250 ok\n= accepted 1 "
       "250 "
       "ok\nS 250 ok\nS 250 ok\n= body 2\nC BDAT 4 LAST\nC m2\nS 250 ok\n= accepted 2 250 ok\n"},
      {"a refused chunk leaves its transaction open, whoever comes next", Grouping::Deep,
       "begin 1 chunk\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nbegin 2 chunk\nS 250 ok\nS 250 ok\n= "
       "body 1\nC BDAT 4 LAST\nC m1\nC MAIL FROM:<f@x>\nC RCPT TO:<r2@y>\nS 554 spam\n= refused 1 "
       "body 554 spam\nS 503 nested\nS 550 who\n= returned 2 (server mishandles commands behind a "
       "body) distrust\nbegin 3 chunk\nC "
       "RSET\nC "
       "MAIL FROM:<f@x>\nC RCPT TO:<r3@y>\n"},
  };
  for (const auto& c : cases) check(c, caps);
}

TEST_CASE("capabilities decide about parameters and fitness") {
  Capabilities caps = pipelining();
  caps.size = caps.eightbitmime = caps.smtputf8 = true;
  caps.max_size = 1000;
  check({"parameters", Grouping::Grouped,
         "begin 1 8bit utf8\nC MAIL FROM:<f@x> SIZE=4 BODY=8BITMIME SMTPUTF8\nC RCPT TO:<ré@y>\nC "
         "DATA\n"},
        caps);
  caps.dsn = caps.requiretls = true;
  check({"reports", Grouping::Grouped,
         "begin 1 dsn\nC MAIL FROM:<f@x> SIZE=4 RET=HDRS ENVID=a+2Bb@x\nC RCPT TO:<r1@y> "
         "NOTIFY=SUCCESS ORCPT=rfc822;r1@y\nC DATA\n"},
        caps);
  check({"reports to an internationalised address", Grouping::Grouped,
         "begin 1 dsn utf8\nC MAIL FROM:<f@x> SIZE=4 SMTPUTF8 RET=HDRS ENVID=a+2Bb@x\nC RCPT "
         "TO:<ré@y> NOTIFY=SUCCESS ORCPT=utf-8;r\\x{E9}@y\nC DATA\n"},
        caps);
  check({"REQUIRETLS", Grouping::Grouped,
         "begin 1 requiretls\nC MAIL FROM:<f@x> SIZE=4 REQUIRETLS\nC RCPT TO:<r1@y>\nC DATA\n"},
        caps);
  check({"DSN is not offered", Grouping::Grouped,
         "begin 1 dsn\nC MAIL FROM:<f@x>\nC RCPT TO:<r1@y>\nC DATA\n"},
        pipelining());
  check({"no REQUIRETLS", Grouping::Grouped, "begin 1 requiretls\n= unfit 1 5.7.30\n"},
        pipelining());
  check({"too big", Grouping::Grouped,
         "begin 1 big\n= unfit 1 5.3.4\nbegin 2\nC MAIL FROM:<f@x> "
         "SIZE=4\nC RCPT TO:<r2@y>\nC DATA\n"},
        caps);
  check({"no SMTPUTF8", Grouping::Grouped, "begin 1 utf8\n= unfit 1 5.6.7\n"}, pipelining());
  check({"no 8BITMIME", Grouping::Grouped, "begin 1 8bit\n= unfit 1 5.6.3\n"}, pipelining());
  check({"bare LF could smuggle", Grouping::Grouped, "begin 1 smuggle\n= unfit 1 5.6.0\n"}, caps);
  check({"address could inject", Grouping::Grouped, "begin 1 inject\n= unfit 1 5.1.0\n"}, caps);
}

}  // namespace

}  // namespace dialogue_test
