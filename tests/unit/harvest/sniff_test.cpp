#include "harvest/sniff.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::harvest {

TEST_CASE("kinds of lists") {
  struct Case {
    const char* name;
    const char* file;
    const char* first;
    const char* second;
    const char* want;
  };
  const Case cases[] = {
      {"by name", "a.CSV", "anything", "", "csv"},
      {"by name, tabs", "a.tsv", "anything", "", "csv"},
      {"JSON by name", "a.jsonl", "", "", "jsonl"},
      {"JSON by content", "stdin", "{\"email\":\"a@b.example\"}", "", "jsonl"},
      {"a header", "stdin", "氏名,メールアドレス", "山田,a@b.example", "csv"},
      {"a header of one column", "a.txt", "email", "a@b.example", "csv"},
      {"a header alone", "stdin", "name;e-mail", "", "csv"},
      {"quoted header", "stdin", "\"name\",\"email\"", "\"x\",\"a@b.example\"", "csv"},
      {"a record with a quoted comma", "stdin", "会社,メール", "\"A, Inc.\",a@b.example", "csv"},
      {"a record that goes on in the next line", "stdin", "mail,備考,町", "a@b.example,\"x", "csv"},
      {"a header over longer rows", "stdin", "name,email", "A,a@b.example,x", "csv"},
      {"a header over shorter rows", "stdin", "name,email,tel", "A,a@b.example", "csv"},
      {"Excel's note", "stdin", "sep=;", "name;email", "csv"},
      {"no header", "stdin", "山田,a@b.example", "佐藤,c@b.example", "csv"},
      {"an unknown header over records", "stdin", "連絡先,備考", "a@b.example,x", "csv"},
      {"addresses", "stdin", "a@b.example", "c@b.example", "text"},
      {"addresses in a row", "stdin", "a@b.example,c@b.example", "", "text"},
      {"a letter", "a.txt", "Hello, world", "write to a@b.example", "text"},
      {"a word that is a header by chance", "a.txt", "Mail", "Hello, a@b.example writes", "text"},
      {"nothing", "a.txt", "", "", "text"},
  };
  const auto names = ColumnNames::builtin();
  REQUIRE(names);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(kind_name(sniff_kind(c.file, c.first, c.second, *names)) == c.want);
  }
}

TEST_CASE("kinds that show in the first bytes") {
  struct Case {
    const char* name;
    const char* head;
    const char* file;
    const char* want;  ///< empty where lines decide
  };
  const Case cases[] = {
      {"zip", "PK\3\4...", "list.csv", "xlsx"},
      {"vCard", "\xef\xbb\xbf\r\nbegin:vcard\r\nVERSION:3.0\r\n", "stdin", "vcard"},
      {"vCard under another name", "BEGIN:VCARD\n", "contacts.txt", "vcard"},
      {"LDIF", "version: 1\ndn: cn=a\n", "stdin", "ldif"},
      {"LDIF without version", "# entries\n\ndn: cn=a\nmail: a@b.example\n", "stdin", "ldif"},
      {"LDIF in base64", "dn:: Y249YQ==\n", "stdin", "ldif"},
      {"mbox", "From a@b.example Sat Nov 21 17:30:55 2026\nFrom: a\n", "stdin", "mail"},
      {"a mail", "Return-Path: <a@b.example>\r\nReceived: from x\r\n\tby y\r\n", "stdin", "mail"},
      {"a mail of other fields first", "X-A: 1\nX-B: 2\nFrom: a@b.example\nTo: c@b.example\n\n",
       "stdin", "mail"},
      {"a mail by name", "X-Only: 1\n\n", "a.eml", "mail"},
      {"a text with a colon", "To: all customers\nplease write to a@b.example\n", "a.txt", ""},
      {"one field is no mail", "From: a@b.example\n\nHello\n", "a.txt", ""},
      {"CSV with a colon", "From: x, To: y\na,b\n", "a.csv", ""},
      {"HTML", "<!DOCTYPE HTML>\n<html>", "stdin", "html"},
      {"XHTML", "<?xml version='1.0'?>\n<!DOCTYPE html>\n<html xmlns='x'>", "stdin", "html"},
      {"a piece of HTML", "<div class=x>", "stdin", "html"},
      {"HTML by name", "Hello<br>", "a.htm", "html"},
      {"XML of another kind", "<?xml version='1.0'?><list/>", "a.xml", ""},
      {"an address in angle brackets", "<a@b.example>\n", "stdin", ""},
      {"JSON", "{\"email\":\"a@b.example\"}\n", "stdin", ""},
      {"a word", "version\n", "stdin", ""},
      {"nothing", "", "stdin", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto kind = sniff_content(c.head, c.file);
    CHECK((kind ? std::string(kind_name(*kind)) : "") == c.want);
  }
  for (const char* name : {"csv", "jsonl", "text", "xlsx", "vcard", "ldif", "mail", "html"}) {
    REQUIRE(kind_of_name(name));
    CHECK(kind_name(*kind_of_name(name)) == name);
  }
  CHECK_FALSE(kind_of_name("auto"));
}

}  // namespace hagaki::harvest
