#include <doctest/doctest.h>

#include <memory>

#include "harvest/ldif.h"
#include "harvest/vcard.h"

namespace hagaki::harvest {
namespace {

/// What becomes of an address book: "1 email (name) key=value", "4: no address", "7!why".
template <class Reader>
std::string contacts_of(const std::string& text, const std::vector<std::string>& map = {},
                        const char* encoding = "", std::size_t step = 1) {
  const auto names = ColumnNames::builtin();
  const auto mapper = ContactMapper::create(*names, map, {});
  if (!mapper) return "error: " + mapper.error().message;
  LineReader lines(encoding);
  Reader reader(lines, encoding);
  Contact contact;
  std::string out;
  const auto drain = [&] {
    while (reader.next(contact)) {
      if (!out.empty()) out += " | ";
      out += std::to_string(contact.line);
      if (!contact.wrong.empty()) {
        out += '!' + contact.wrong;
        continue;
      }
      const auto recipient = mapper->map(contact);
      if (!recipient) {
        out += "!" + recipient.error().message;
      } else if (!*recipient) {
        out += ": no address";
      } else {
        out += ' ' + (*recipient)->email;
        if (!(*recipient)->name.empty()) out += " (" + (*recipient)->name + ')';
        for (const auto& [key, value] : (*recipient)->fields) out += ' ' + key + '=' + value;
        for (const auto& complaint : (*recipient)->complaints) out += " !" + complaint;
      }
    }
  };
  // Bit by bit, so that a card is met half-read everywhere.
  for (std::size_t at = 0; at < text.size(); at += step) {
    lines.feed(std::string_view(text).substr(at, step));
    drain();
  }
  lines.finish();
  reader.finish();
  drain();
  return out;
}

std::string card(const std::string& properties) {
  return "BEGIN:VCARD\nVERSION:3.0\n" + properties + "\nEND:VCARD\n";
}

}  // namespace

TEST_CASE("vCards") {
  struct Case {
    const char* name;
    std::string input;
    const char* want;
  };
  const Case cases[] = {
      {"3.0", card("FN:Taro Yamada\nN:Yamada;Taro;;;\nEMAIL;TYPE=INTERNET:taro@shop.example"),
       "1 taro@shop.example (Taro Yamada) family_name=Yamada given_name=Taro"},
      {"CRLF and a second card",
       "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEMAIL:a@shop.example\r\nEND:VCARD\r\n"
       "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:B\r\nEMAIL:b@shop.example\r\nEND:VCARD\r\n",
       "1 a@shop.example (A) | 6 b@shop.example (B)"},
      {"no FN", card("N:山田;太郎\nEMAIL:a@shop.example"),
       "1 a@shop.example (山田 太郎) family_name=山田 given_name=太郎"},
      {"folded", card("FN:Taro\n  Yamada\nEMAIL:taro@shop\n .example"),
       "1 taro@shop.example (Taro Yamada)"},
      {"folded inside a character", card("FN:\xe5\xb1\n \xb1\xe7\x94\n \xb0\nEMAIL:a@shop.example"),
       "1 a@shop.example (山田)"},
      {"folded by a tab", card("FN:Ta\n\tro\nEMAIL:a@shop.example"), "1 a@shop.example (Taro)"},
      {"escapes",
       card("FN:Yamada\\, Taro\nORG:A\\;B\\, Inc.;R\\\\D\nNOTE:one\\ntwo\\Nthree;four\n"
            "EMAIL:a@shop.example"),
       "1 a@shop.example (Yamada, Taro) company=A;B, Inc. department=R\\D "
       "note=one\ntwo\nthree;four"},
      {"address and phones",
       card("ADR;TYPE=WORK:;;千代田1-1;千代田区;東京都;100-0001;日本\nTEL;TYPE=WORK:03-1\n"
            "TEL;TYPE=CELL:090-1\nTEL;TYPE=WORK,FAX:03-2\nTEL:03-3\nTITLE:部長\nEMAIL:a@shop."
            "example"),
       "1 a@shop.example street=千代田1-1 city=千代田区 prefecture=東京都 postal_code=100-0001 "
       "country=日本 phone=03-1 mobile=090-1 fax=03-2 title=部長"},
      {"4.0",
       "BEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+81-3-1\n"
       "BDAY:19800401\nEMAIL;PREF=2:b@shop.example\nEMAIL;PREF=1:a@shop.example\nEND:VCARD",
       "1 a@shop.example (A) phone=+81-3-1 birthday=1980-04-01 alt_email=b@shop.example"},
      {"the preferred address first",
       card("EMAIL:x@shop.example\nEMAIL;TYPE=INTERNET,PREF:y@shop.example\nEMAIL:z@shop.example"),
       "1 y@shop.example alt_email=x@shop.example"},
      {"Apple's groups",
       card("item1.EMAIL;type=INTERNET;type=pref:a@shop.example\nitem1.X-ABLabel:_$!<Work>!$_\n"
            "X-PHONETIC-FIRST-NAME:タロウ\nX-PHONETIC-LAST-NAME:ヤマダ"),
       "1 a@shop.example given_name_kana=タロウ family_name_kana=ヤマダ name_kana=ヤマダ タロウ"},
      {"birthdays", card("BDAY;VALUE=date:1980-04-01T00:00:00Z\nEMAIL:a@shop.example"),
       "1 a@shop.example birthday=1980-04-01"},
      {"a birthday without year", card("BDAY:--0401\nEMAIL:a@shop.example"), "1 a@shop.example"},
      {"a phone's 2.1",
       "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c;=91="
       "BE=98Y\r\n"
       "SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\xd4\xcf\xc0\xde;\xc0\xdb\xb3;;;\r\n"
       "TEL;CELL;VOICE:09012345678\r\nEMAIL;CELL:a@shop.example\r\nEND:VCARD\r\n",
       "1 a@shop.example (山田 太郎) family_name=山田 given_name=太郎 family_name_kana=ﾔﾏﾀﾞ "
       "given_name_kana=ﾀﾛｳ mobile=09012345678 name_kana=ﾔﾏﾀﾞ ﾀﾛｳ"},
      {"2.1 in UTF-8 over lines",
       "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=\n=E7=94="
       "B0\n"
       "EMAIL;INTERNET;PREF:a@shop.example\nEND:VCARD\n",
       "1 a@shop.example (山田)"},
      {"the backslash of CP932",
       "BEGIN:VCARD\nVERSION:2.1\nFN:\x95\x5c\x20\x94\x5c\nEMAIL:a@shop.example\nEND:VCARD\n",
       "1 a@shop.example (表 能)"},
      {"a picture in base64",
       "BEGIN:VCARD\nVERSION:2.1\nPHOTO;JPEG;ENCODING=BASE64:\n "
       "/9j/4AAQ\nSkZJRg==\n\nEMAIL:a@shop.example\nEND:VCARD\n",
       "1 a@shop.example"},
      {"a card inside a card",
       "BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEMAIL:b@shop.example\nEND:VCARD\nEMAIL:a@"
       "shop.example\nEND:VCARD\n",
       "1 a@shop.example"},
      {"mailto", card("EMAIL:mailto:a@shop.example"), "1 a@shop.example"},
      {"no address", card("FN:Taro\nTEL:03-1"), "1: no address"},
      {"a bad address", card("EMAIL:taro"), "1!address has no '@': \"taro\""},
      {"cut short", "BEGIN:VCARD\nEMAIL:a@shop.example", "1!the card has no END:VCARD"},
      {"cut short, and another",
       "BEGIN:VCARD\nEMAIL:a@shop.example\n" + card("EMAIL:b@shop.example"),
       "1!the card has no END:VCARD | 3 b@shop.example"},
      {"no property", card("EMAIL:a@shop.example\nrubbish"),
       "1 a@shop.example !no property: \"rubbish\""},
      {"text outside of cards", "Hello\n" + card("EMAIL:a@shop.example"), "2 a@shop.example"},
      {"bytes that are no text",
       card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=FF=FE\nEMAIL:a@shop.example"),
       "1 a@shop.example !FN: bytes that are no text"},
      {"a quoted parameter with a colon", card("EMAIL;X-A=\"a:b;c\":a@shop.example"),
       "1 a@shop.example"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(contacts_of<VcardReader>(c.input) == c.want);
  }
}

TEST_CASE("vCards that are too long") {
  const std::string megabytes(3u << 20, 'x');
  const auto show = [](const std::string& text) {
    return contacts_of<VcardReader>(text, {}, "", 65536);
  };
  CHECK(show(card("PHOTO;ENCODING=b:" + megabytes + "\nEMAIL:a@shop.example")).starts_with("1 a@"));
  CHECK(show(card("EMAIL:a@shop.example\nNOTE:" + megabytes)).starts_with("1 a@shop.example"));
  std::string notes;
  for (int i = 0; i < 3; ++i) notes += "NOTE:" + std::string(500'000, 'x') + '\n';
  CHECK(show(card(notes + "EMAIL:a@shop.example")) == "1!the card is longer than 1 MiB");
}

TEST_CASE("--map and contacts") {
  const auto input = card("X-CUSTOMER-ID:C-7\nROLE:VIP\nEMAIL:a@shop.example");
  CHECK(contacts_of<VcardReader>(input) == "1 a@shop.example");
  CHECK(contacts_of<VcardReader>(input, {"customer_id=X-Customer-ID", "rank=role"}) ==
        "1 a@shop.example customer_id=C-7 rank=VIP");
  CHECK(contacts_of<VcardReader>(input, {"mx=ROLE"}).starts_with("error: "));
  CHECK(contacts_of<LdifReader>("dn: cn=a\nmail: a@shop.example\nmailAlternate: b@shop.example\n",
                                {"email=mailAlternate"}) ==
        "1 b@shop.example alt_email=a@shop.example");
}

TEST_CASE("LDIF") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"plain",
       "version: 1\n\ndn: cn=Taro,o=Shop\ncn: Taro Yamada\nsn: Yamada\ngivenName: Taro\nmail: "
       "taro@shop.example\n"
       "o: Shop\nou: Sales\ntelephoneNumber: 03-1\nobjectClass: person\n",
       "3 taro@shop.example (Taro Yamada) family_name=Yamada given_name=Taro company=Shop "
       "department=Sales phone=03-1"},
      {"base64", "dn:: Y249YQ==\ncn:: 5bGx55SwIOWkqumDjg==\nmail:: YUBzaG9wLmV4YW1wbGU=\n",
       "1 a@shop.example (山田 太郎)"},
      {"folded", "dn: cn=a\ncn: Taro\n  Yama\n da\nmail: a@shop\n .example\n",
       "1 a@shop.example (Taro Yamada)"},
      {"folded inside a character", "dn: cn=a\ncn: \xe5\xb1\n \xb1\nmail: a@shop.example\n",
       "1 a@shop.example (山)"},
      {"folded base64", "dn: cn=a\ncn:: 5bGx\n 55Sw\nmail: a@shop.example\n",
       "1 a@shop.example (山田)"},
      {"comments",
       "# people\n#  of the shop\n which goes on\ndn: cn=a\n# one\nmail: a@shop.example\n",
       "1 a@shop.example"},
      {"several entries", "dn: cn=a\nmail: a@shop.example\n\n\ndn: cn=b\nmail: b@shop.example",
       "1 a@shop.example | 5 b@shop.example"},
      {"several addresses",
       "dn: cn=a\nmail: a@shop.example\nmail: b@shop.example\nmail: c@shop.example\n",
       "1 a@shop.example alt_email=b@shop.example"},
      {"Mozilla", "dn: cn=a\nmail: a@shop.example\nmozillaSecondEmail: b@shop.example\n",
       "1 a@shop.example alt_email=b@shop.example"},
      {"languages and readings",
       "dn: cn=a\ncn;lang-ja: 山田\ncn;lang-ja;phonetic: ヤマダ\nMAIL: a@shop.example\n",
       "1 a@shop.example (山田) name_kana=ヤマダ"},
      {"a change",
       "dn: cn=a\nchangetype: modify\nadd: mail\nmail: a@shop.example\n-\nreplace: sn\nsn: "
       "Yamada\n-\n",
       "1 a@shop.example family_name=Yamada"},
      {"a file's URL", "dn: cn=a\nmail:< file:///etc/passwd\n", "1: no address"},
      {"no address", "dn: ou=people\nou: people\n", "1: no address"},
      {"a bad address", "dn: cn=a\nmail: @\n", "1!local part is empty: \"@\""},
      {"a picture", "dn: cn=a\njpegPhoto:: /9j/4AAQSkY=\nmail: a@shop.example\n",
       "1 a@shop.example"},
      {"a password is never a field", "dn: cn=a\nuserPassword: x\nmail: a@shop.example\n",
       "1 a@shop.example"},
      {"no attribute", "dn: cn=a\nrubbish\nmail: a@shop.example\n",
       "1 a@shop.example !no attribute: \"rubbish\""},
      {"CP932, against the RFC", "dn: cn=a\ncn: \x8e\x52\x93\x63\nmail: a@shop.example\n",
       "1 a@shop.example (山田)"},
      {"bytes that are no text", "dn: cn=a\ncn:: gP+A\nmail: a@shop.example\n",
       "1 a@shop.example !cn: bytes that are no text"},
      {"nothing", "version: 1\n\n\n", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(contacts_of<LdifReader>(c.input) == c.want);
  }
  const std::string megabytes(3u << 20, 'x');
  CHECK(contacts_of<LdifReader>("dn: cn=a\njpegPhoto: " + megabytes + "\nmail: a@shop.example\n",
                                {}, "", 65536)
            .starts_with("1"));
  std::string folded = "dn: cn=a\njpegPhoto:: ";
  for (int i = 0; i < 40'000; ++i) folded += std::string(76, 'A') + "\n ";
  CHECK(contacts_of<LdifReader>(folded + "A\nmail: a@shop.example\n", {}, "", 65536) ==
        "1 a@shop.example");
}

}  // namespace hagaki::harvest
