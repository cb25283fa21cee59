#include <doctest/doctest.h>

#include <set>

#include "fixtures.h"
#include "preflight/catalogue.h"
#include "preflight/message.h"

namespace hagaki::preflight {
namespace {

std::string ids(const std::string& bytes, const Context& context = {}) {
  return ids(check_message(bytes, context));
}

Context small() {
  Context context;
  context.attachment_limit = 100;
  context.message_limit = 2000;
  return context;
}

Context with_smtputf8() {
  Context context;
  context.smtputf8 = true;
  return context;
}

Context beside(const std::string& other) {
  Context context;
  context.other = other;
  return context;
}

/// A message that raises exactly one finding, and one that is nearly the same and raises none.
struct Pair {
  const char* id;
  std::string raises;
  std::string calm;
  Context context = {};
  Context calm_context = {};
  const char* raised = nullptr;  ///< what is raised, where that is not `id` alone
};

const std::string kTwin = Mail().bytes();
const std::string kOther =
    Mail().set("List-Unsubscribe", "<https://example.jp/leave?who=b2>").bytes();

std::vector<Pair> pairs() {
  const auto mail = [] { return Mail(); };
  const auto html = [](const std::string& inside) {
    return Mail().html("<p>The spring cards have come at last.</p>" + inside).bytes();
  };
  return {
      {"8bit-body", mail().text("Grüße: https://example.jp").bytes(),
       mail().set("Content-Transfer-Encoding", "8bit").text("Grüße: https://example.jp").bytes()},
      {"8bit-header", mail().set("Subject", "Grüße").bytes(),
       mail().set("Subject", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=").bytes()},
      {"ascii-body", mail().set("Subject", "=?UTF-8?B?5pil44Gu44Gv44GM44GN?=").bytes(),
       mail()
           .set("Subject", "=?UTF-8?B?5pil44Gu44Gv44GM44GN?=")
           .set("Content-Transfer-Encoding", "8bit")
           .text("春のはがきです。 https://example.jp/")
           .bytes()},
      {"ascii-subject",
       mail()
           .set("Content-Transfer-Encoding", "8bit")
           .text("春のはがきです。 https://example.jp/")
           .bytes(),
       mail().set("Content-Transfer-Encoding", "8bit").text("Grüße: https://example.jp/").bytes()},
      {"attachment-disguised",
       mail().attach("p.txt\"; filename*=\"UTF-8''p%E2%80%AEfdp.txt", "prices").bytes(),
       mail().attach("prices pdf.txt", "prices").bytes()},
      {"attachment-empty", mail().attach("prices.pdf", "").bytes(),
       mail().attach("prices.pdf", "x").bytes()},
      {"attachment-encrypted",
       mail().attach("p.zip", packed(Pack::Zip, {{"p.txt", "prices"}}, "secret")).bytes(),
       mail().attach("p.zip", packed(Pack::Zip, {{"p.txt", "prices"}})).bytes()},
      {"attachment-executable", mail().attach("setup.exe", "x").bytes(),
       mail().attach("setup.exe.txt", "x").bytes()},
      {"attachment-macros", mail().attach("prices.xlsm", "x").bytes(),
       mail().attach("prices.xlsx", "x").bytes()},
      {"attachment-no-extension", mail().attach("prices", "x").bytes(),
       mail().attach("prices.pdf", "x").bytes()},
      {"attachment-too-big", mail().attach("p.pdf", std::string(101, 'x')).bytes(),
       mail().attach("p.pdf", std::string(100, 'x')).bytes(), small(), small()},
      {"attachment-unread",
       mail().attach("p.zip", "PK\3\4 and no archive").bytes(),
       mail().attach("p.txt", "an archive? no").bytes(),
       {},
       {},
       "attachment-unread?"},
      {"bad-charset", mail().set("Content-Type", "text/plain; charset=utf-9x").bytes(),
       mail()
           .set("Content-Type", "text/plain; charset=iso-2022-jp")
           .set("To", "a@b.example")
           .set("Subject", "=?UTF-8?B?5pil44Gu44Gv44GM44GN?=")
           .text("\x1B$B=U\x1B(B https://example.jp/")
           .bytes()},
      {"bad-date", mail().set("Date", "tomorrow").bytes(),
       mail().set("Date", "22 Nov 2026 09:00 GMT").bytes()},
      {"bad-from", mail().set("From", "The Shop").bytes(),
       mail().set("From", "The Shop <shop@example.jp>").bytes()},
      {"bad-link", html("<a href='/spring'>more</a>"),
       html("<a href='https://example.jp/spring'>more</a> <a href='#a'>down</a>")},
      {"bad-list-unsubscribe", mail().set("List-Unsubscribe", "https://example.jp/u").bytes(),
       mail().set("List-Unsubscribe", "<mailto:u@example.jp>, <https://example.jp/u>").bytes()},
      {"bad-message-id", mail().set("Message-ID", "a1@example.jp").bytes(),
       mail().set("Message-ID", "<a1@example.jp>").bytes()},
      {"bad-one-click", mail().set("List-Unsubscribe-Post", "yes").bytes(),
       mail().set("List-Unsubscribe-Post", "list-unsubscribe=one-click").bytes()},
      {"bare-line-end", mail().text("https://example.jp/\nleave").bytes(),
       mail().text("https://example.jp/\r\nleave").bytes()},
      {"data-image", html("<img alt='' src='data:image/png;base64,AAAA'>"),
       html("<img alt='' src='cid:a'>")},
      {"false-reply", mail().set("Subject", "Re: your order").bytes(),
       mail().set("Subject", "Re: your order").set("In-Reply-To", "<x@y.example>").bytes()},
      {"free-mail-from", mail().set("From", "shop@Gmail.com").bytes(),
       mail().set("From", "shop@gmail.example").bytes()},
      {"from-domain", mail().set("From", "shop@localhost").bytes(),
       mail().set("From", "shop@localhost.example").bytes()},
      {"from-name-misleads", mail().set("From", "\"pay@bank.example\" <x@y.example>").bytes(),
       mail().set("From", "\"x@y.example\" <X@y.example>").bytes()},
      {"html-clipped",
       html("<p>" + std::string(60, 'a') + "</p><!--" +
            [] {
              std::string lines;
              for (int i = 0; i < 1500; ++i) lines += std::string(70, 'a') + "\r\n";
              return lines;
            }() +
            "-->"),
       html("<!--" + std::string(900, 'a') + "-->")},
      {"html-form", html("<form action='https://example.jp/'><input name=a></form>"),
       html("<table><tr><td>a</table>")},
      {"html-frame", html("<iframe src='https://example.jp/'></iframe>"), html("<div></div>")},
      {"html-only",
       mail()
           .set("Content-Type", "text/html; charset=utf-8")
           .text("<p>The spring cards have come: <a href='https://example.jp/'>here</a>")
           .bytes(),
       html("")},
      {"html-script", html("<script>go()</script>"), html("<style>p { color: red }</style>")},
      {"image-only", mail().html("<img alt='' src='https://example.jp/a.png'><p>Hi</p>").bytes(),
       html("<img alt='' src='https://example.jp/a.png'>")},
      {"link-ip", html("<a href='http://192.0.2.1/'>more</a>"),
       html("<a href='http://a192.0.2.1.example/'>more</a>")},
      {"link-mismatch", html("<a href='https://click.example.net/1'>www.example.jp</a>"),
       html("<a href='https://click.example.jp/1'>www.example.jp</a>")},
      {"link-shortener", mail().text("https://bit.ly/abc").bytes(),
       mail().text("https://bit.ly.example.jp/abc").bytes()},
      {"link-userinfo", mail().text("https://example.jp@bank.example/").bytes(),
       mail().text("https://bank.example/@example.jp").bytes()},
      {"long-line", mail().text("https://example.jp/ " + std::string(979, 'a')).bytes(),
       mail().text("https://example.jp/ " + std::string(978, 'a')).bytes()},
      {"many-recipients",
       mail()
           .set("To", "a@x.example, b@x.example, c@x.example, d@x.example, e@x.example")
           .set("Cc", "f@x.example, g@x.example, h@x.example, i@x.example, j@x.example")
           .bytes(),
       mail()
           .set("To", "a@x.example, b@x.example, c@x.example, d@x.example, e@x.example")
           .set("Cc", "f@x.example, g@x.example, h@x.example, i@x.example")
           .bytes()},
      {"message-too-big",
       mail()
           .text("https://example.jp/" +
                 [] {
                   std::string lines;
                   for (int i = 0; i < 30; ++i) lines += std::string(70, 'a') + "\r\n";
                   return lines;
                 }())
           .bytes(),
       mail().bytes(), small(), small()},
      {"needs-smtputf8", mail().bytes(), mail().bytes(), with_smtputf8(), {}},
      {"no-alt", html("<img src='https://example.jp/a.png'>"),
       html("<img alt='' src='https://example.jp/a.png'>")},
      {"no-body", mail().text("\r\n \r\n").bytes(), mail().bytes(), {.transactional = true}},
      {"no-date", mail().set("Date", "").bytes(), mail().bytes()},
      {"no-from", mail().set("From", "").bytes(), mail().bytes()},
      {"no-html", mail().html("<html><body><p> &nbsp; </p></body></html>").bytes(), html("")},
      {"no-list-unsubscribe",
       mail().set("List-Unsubscribe", "").bytes(),
       mail().set("List-Unsubscribe", "").bytes(),
       {},
       {.transactional = true}},
      {"no-message-id", mail().set("Message-ID", "").bytes(), mail().bytes()},
      {"no-one-click", mail().set("List-Unsubscribe-Post", "").bytes(), mail().bytes()},
      {"no-reply-from", mail().set("From", "no-reply@example.jp").bytes(),
       mail().set("From", "no-reply@example.jp").set("Reply-To", "shop@example.jp").bytes()},
      {"no-subject", mail().set("Subject", "=?UTF-8?Q?_?=").bytes(), mail().bytes()},
      {"no-text",
       [] {
         Mail bare;
         bare.text(" ").html("<p>The spring cards: <a href='https://example.jp/'>here</a>");
         return bare.bytes();
       }(),
       html("")},
      {"no-to", mail().set("To", "").bytes(),
       mail().set("To", "").set("Cc", "a@b.example").bytes()},
      {"no-way-out", mail().text("Buy!").bytes(), mail().text("Buy! Or: u@example.jp").bytes()},
      {"nul", mail().text(std::string("https://example.jp/ a\0b", 23)).bytes(), mail().bytes()},
      {"repeated-header", mail().add("Subject", "Again").bytes(),
       mail().add("Comments", "a").add("Comments", "b").bytes()},
      {"several-from", mail().set("From", "a@example.jp, b@example.jp").bytes(),
       mail().set("From", "\"a, b\" <a@example.jp>").bytes()},
      {"unfilled-field", mail().text("Dear {{name}}, https://example.jp/").bytes(),
       mail().text("Dear { name }, https://example.jp/").bytes()},
      {"unread",
       [] {
         Mail deep;
         for (int i = 0; i < 20; ++i) {
           const std::string b = "b" + std::to_string(i);
           std::string type;
           for (const auto& [name, value] : deep.headers) {
             if (name == "Content-Type") type = value;
           }
           deep.body = "--" + b + "\r\nContent-Type: " + type + "\r\n\r\n" + deep.body + "\r\n--" +
                       b + "--\r\n";
           deep.set("Content-Type", "multipart/mixed; boundary=" + b);
         }
         return deep.bytes();
       }(),
       html(""),
       {.transactional = true},
       {},
       "no-body unread?"},
      {"unsubscribe-for-all", kTwin, kTwin, beside(kTwin), beside(kOther)},
      {"unsubscribe-http",
       mail()
           .set("List-Unsubscribe", "<http://example.jp/u>")
           .set("List-Unsubscribe-Post", "")
           .bytes(),
       mail().set("List-Unsubscribe", "<https://example.jp/u>").bytes(),
       {},
       {},
       "no-one-click unsubscribe-http"},
  };
}

TEST_CASE("a message that nobody minds") {
  CHECK(ids(Mail().bytes()) == "");
  // As mail is stored: lines end in LF.
  std::string stored = Mail().bytes();
  std::erase(stored, '\r');
  CHECK(ids(stored) == "");
}

TEST_CASE("each finding is raised where it must be, and not where it nearly must") {
  for (const Pair& pair : pairs()) {
    CAPTURE(pair.id);
    CHECK(ids(pair.raises, pair.context) == (pair.raised != nullptr ? pair.raised : pair.id));
    CHECK(ids(pair.calm, pair.calm_context) == "");
  }
}

TEST_CASE("every finding about messages has its pair") {
  std::set<std::string> with;
  for (const Pair& pair : pairs()) CHECK(with.insert(pair.id).second);
  for (const auto id : kMessageIds) {
    CAPTURE(std::string(id));
    CHECK(with.contains(std::string(id)));
  }
  CHECK(with.size() == kMessageIds.size());
}

TEST_CASE("what a program may hide in") {
  const std::string exe = windows_program();
  const std::string zip = packed(Pack::Zip, {{"a/setup.exe", "x"}, {"read.txt", "y"}});
  struct Case {
    const char* name;
    const char* file;
    std::string bytes;
    const char* want;
  };
  const Case cases[] = {
      {"by its contents", "photo.jpg", exe, "attachment-executable"},
      {"a script", "run.txt", "#!/bin/sh\nrm\n", "attachment-executable"},
      {"text that begins alike", "mz.txt",
       "MZ is how this begins, and on it goes for long, and "
       "further than sixty-four letters.",
       ""},
      {"a zip", "a.zip", zip, "attachment-executable"},
      {"a zip by another name", "a.dat", zip, "attachment-executable"},
      {"a zip in a zip", "a.zip", packed(Pack::Zip, {{"b.zip", zip}}), "attachment-executable"},
      {"a zip in a zip in a zip", "a.zip",
       packed(Pack::Zip, {{"c.zip", packed(Pack::Zip, {{"b.zip", zip}})}}), "attachment-unread?"},
      {"a 7z", "a.7z", packed(Pack::SevenZip, {{"run.bat", "x"}}), "attachment-executable"},
      {"a tar.gz", "a.tar.gz", packed(Pack::TarGz, {{"x", exe}}), "attachment-executable"},
      {"compressed alone", "a.gz", packed(Pack::Gz, {{"", exe}}), "attachment-executable"},
      {"compressed alone, of text", "a.gz", packed(Pack::Gz, {{"", "prices"}}), ""},
      {"under a password", "a.zip", packed(Pack::Zip, {{"setup.exe", "x"}}, "secret"),
       "attachment-encrypted attachment-executable"},
      {"nothing to run", "a.tar.gz", packed(Pack::TarGz, {{"a.txt", "x"}, {"b/c.pdf", "y"}}), ""},
      {"an Office document with macros", "a.docx",
       packed(Pack::Zip, {{"word/vbaProject.bin", "x"}}), "attachment-macros"},
      {"a PDF under a password", "a.pdf", "%PDF-1.7\n1 0 obj<</Encrypt 2 0 R>>",
       "attachment-encrypted"},
      {"a direction override",
       "a\xE2\x80\xAE"
       "fdp.txt",
       "x", "8bit-header attachment-disguised"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(ids(Mail().attach(c.file, c.bytes).bytes()) == c.want);
  }
}

TEST_CASE("a sample's fields are not judged") {
  Context sample;
  sample.sample = true;
  struct Case {
    const char* name;
    std::string bytes;
    const char* in_sample;
    const char* sent;
  };
  const Case cases[] = {
      {"From's domain", Mail().set("From", "a@FIELD-domain").bytes(), "", "from-domain"},
      {"a link", Mail().html("<p>The spring cards have come.<a href='FIELD-url'>go</a>").bytes(),
       "", "bad-link"},
      {"a way out", Mail().text("FIELD-footer").bytes(), "", "no-way-out"},
      {"a subject in a Japanese mail",
       Mail()
           .set("Subject", "FIELD-subject")
           .set("Content-Transfer-Encoding", "8bit")
           .text("春のはがき https://example.jp/")
           .bytes(),
       "", "ascii-subject"},
      {"List-Unsubscribe", Mail().set("List-Unsubscribe", "FIELD-leave").bytes(), "",
       "bad-list-unsubscribe"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(ids(c.bytes, sample) == c.in_sample);
    CHECK(ids(c.bytes) == c.sent);
  }
}

TEST_CASE("what makes a message Japanese") {
  struct Case {
    const char* name;
    std::string bytes;
    bool want;
  };
  const Case cases[] = {
      {"nothing", Mail().bytes(), false},
      {"the recipient's domain", Mail().set("To", "a@docomo.ne.jp").bytes(), true},
      {"the sender's domain alone", Mail().set("From", "a@example.co.jp").bytes(), false},
      {"the recipient's name", Mail().set("To", "=?UTF-8?B?44GV44GP44KJ?= <a@b.example>").bytes(),
       true},
      {"Content-Language", Mail().set("Content-Language", "ja-JP").bytes(), true},
      {"a charset", Mail().set("Content-Type", "text/plain; charset=Shift_JIS").bytes(), true},
      {"the HTML's language",
       Mail().html("<html lang=ja><p>The spring cards have come.</p></html>").bytes(), true},
      {"Chinese is not",
       Mail()
           .set("Content-Transfer-Encoding", "8bit")
           .text("春天的明信片 https://x.example/")
           .bytes(),
       false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK((ids(c.bytes).find("ascii-subject") != std::string::npos) == c.want);
  }
  Context japanese;
  japanese.japanese = true;
  CHECK(ids(Mail().bytes(), japanese) == "ascii-body ascii-subject");
}

TEST_CASE("parts and links that are no mistake") {
  Mail invitation;
  invitation.set("Content-Type", "multipart/alternative; boundary=mx");
  invitation.body =
      "--mx\r\nContent-Type: text/plain\r\n\r\nCome: https://example.jp/\r\n"
      "--mx\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n--mx--\r\n";
  CHECK(ids(invitation.bytes()) == "");
  for (const char* href : {"tel:+81300000000", "line://ti/p/x", "mailto:a@b.example", "#top"}) {
    CAPTURE(href);
    CHECK(ids(Mail()
                  .html("<p>The spring cards have come at last.</p><a href='" + std::string(href) +
                        "'>go</a>")
                  .bytes()) == "");
  }
}

TEST_CASE("what a link's words say") {
  struct Case {
    const char* name;
    const char* link;
    const char* want;
  };
  const Case cases[] = {
      {"marked within a word",
       "<a href='https://amazon.co.jp/'>www.<strong>amazon</strong>.<em>co</em>.jp</a>", ""},
      {"marked, and another's", "<a href='https://x.example/'>www.<b>amazon</b>.co.jp</a>",
       "link-mismatch"},
      {"cells part words",
       "<table><tr><td><a href='https://x.example/'>www.x.example<br>now</a></table>", ""},
      {"blocks of HTML 5", "<a href='https://x.example/'><aside>www.amazon.co.jp</aside>now</a>",
       "link-mismatch"},
      {"blocks part words", "<a href='https://x.example/'>www.x.example<div>now</div></a>", ""},
      {"Japanese behind the URL", "<a href='https://example.jp/'>https://example.jp&#x6771;</a>",
       ""},
      {"broken over lines", "<a href='https://example.jp/\r\n\tspring'>go</a>", ""},
      {"a scheme broken over lines", "<a href='htt\r\nps://example.jp/'>go</a>", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(ids(Mail().html("<p>The spring cards have come.</p>" + std::string(c.link)).bytes()) ==
          c.want);
  }
}

TEST_CASE("what is hidden is not read") {
  for (const char* style : {"display: none", "visibility:\r\nhidden"}) {
    CAPTURE(style);
    CHECK(ids(Mail()
                  .html("<div style='" + std::string(style) + "'>The spring cards are here.</div>")
                  .bytes()) == "no-html");
  }
}

TEST_CASE("fields that were not filled in") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"none", "Write {{ to begin.", ""},
      {"the first", "Dear {{first_name}}", "{{first_name}}"},
      {"behind a mark that begins none", "Write {{ to begin.\r\n\r\nDear {{first_name}},",
       "{{first_name}}"},
      {"in the same line", "Write {{ to begin, {{first_name}}!", "{{first_name}}"},
      {"behind an empty one", "A pair {{ }} of {{first_name}}", "{{first_name}}"},
      {"three braces", "Dear {{{first_name}}}", "{{{first_name}}"},
      {"far behind", "A ${ stands alone here, and its end is nowhere near, nor meant to be. ${x}",
       "${x}"},
      {"percents", "100 %% sure, %%name%%", "%% sure, %%"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string got;
    for (const Finding& f :
         check_message(Mail().text(std::string(c.text) + " https://example.jp/").bytes(), {})) {
      if (f.id == Id("unfilled-field")) got += f.detail;
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("what stands in an attached mail is not the message's body") {
  Mail outer;
  outer.set("Content-Type", "multipart/mixed; boundary=mx");
  outer.body =
      "--mx\r\nContent-Type: text/plain\r\n\r\nLook: https://example.jp/\r\n"
      "--mx\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n"
      "Content-Type: text/html\r\n\r\n<script>x</script>{{name}}\r\n--mx--\r\n";
  CHECK(ids(outer.bytes()) == "");
}

}  // namespace
}  // namespace hagaki::preflight
