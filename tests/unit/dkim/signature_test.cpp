#include "dkim/signature.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/digest.h"
#include "base/text.h"
#include "dkim/canonical.h"
#include "dkim_keys.h"
#include "mime/decode.h"

using namespace hagaki;
using dkim::Key;
using dkim::Signer;

namespace {

const std::string kMessage =
    "From: Shop <shop@example.jp>\r\nTo: taro@example.com\r\nSubject: News\r\n"
    "List-Unsubscribe: <https://example.jp/u>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "Date: Sun, 22 Nov 2026 10:00:00 +0900\r\nMessage-ID: <1@example.jp>\r\n\r\nHello\r\n";

const Timestamp kNow = *parse_rfc3339("2026-11-22T01:00:00Z");

std::vector<Signer> both() {
  return {{"example.jp", "s1", *Key::parse(kRsaKey)},
          {"example.jp", "s2", *Key::parse(kEd25519Key)}};
}

/// A tag's value without the blanks of folding.
std::string tag(const mime::Headers::Field& field, const std::string& name) {
  for (const auto part : split(field.value, ';')) {
    const auto piece = trim(part);
    if (!piece.starts_with(name + "=")) continue;
    std::string value(piece.substr(name.size() + 1));
    std::erase_if(value, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return value;
  }
  return {};
}

}  // namespace

TEST_CASE("what is signed, and that it is folded") {
  const auto signers = both();
  const auto fields = dkim::signature_fields(kMessage, {&signers[0], &signers[1]}, kNow);
  REQUIRE(fields);
  for (const auto line : split(*fields, '\n')) CHECK(line.size() <= 78);
  const auto headers = mime::Headers::parse(*fields);
  const auto& signed_fields = headers.fields();
  REQUIRE(signed_fields.size() == 2);
  for (const auto& field : signed_fields) {
    CHECK(field.name == "DKIM-Signature");
    CHECK(tag(field, "v") == "1");
    CHECK(tag(field, "c") == "relaxed/relaxed");
    CHECK(tag(field, "d") == "example.jp");
    CHECK(tag(field, "t") == "1795309200");
    CHECK(tag(field, "h") ==
          "from:from:to:to:subject:subject:date:date:message-id:message-id:reply-to:cc:"
          "mime-version:content-type:content-transfer-encoding:list-unsubscribe:"
          "list-unsubscribe-post");
    CHECK(mime::decode_base64(tag(field, "bh")) == sha256("Hello\r\n"));
  }
  CHECK(tag(signed_fields[0], "a") == "rsa-sha256");
  CHECK(tag(signed_fields[0], "s") == "s1");
  CHECK(mime::decode_base64(tag(signed_fields[0], "b")).size() == 256);
  CHECK(tag(signed_fields[1], "a") == "ed25519-sha256");
  CHECK(mime::decode_base64(tag(signed_fields[1], "b")).size() == 64);
}

TEST_CASE("each change of what is signed changes the signature, others do not") {
  const auto signers = both();
  const auto sign = [&](std::string message) {
    return dkim::signature_fields(message, {&signers[1]}, kNow).value();
  };
  const auto with = [](std::string_view from, std::string_view to) {
    std::string message = kMessage;
    message.replace(message.find(from), from.size(), to);
    return message;
  };
  const auto original = sign(kMessage);
  CHECK(sign(with("shop@", "shap@")) != original);
  CHECK(sign(with("News", "new")) != original);
  CHECK(sign(with("example.jp/u", "example.jp/v")) != original);
  CHECK(sign(with("One-Click", "One-click")) != original);
  CHECK(sign(with("Hello", "Hallo")) != original);
  CHECK(sign(with("From: Shop", "From: Another <a@b.example>\r\nFrom: Shop")) != original);
  CHECK(sign("Reply-To: b@evil.example\r\n" + kMessage) != original);
  CHECK(sign("Content-Type: text/html\r\n" + kMessage) != original);
  CHECK(sign(with("Subject: News", "Subject:   News  ")) == original);
  CHECK(sign(with("Hello", "Hello  ")) == original);
  CHECK(sign(kMessage + "\r\n\r\n") == original);
  CHECK(sign("X-Trace: 1\r\n" + kMessage) == original);
}

TEST_CASE("who signs for a sender") {
  const auto key = *Key::parse(kEd25519Key);
  const std::vector<Signer> signers{{"example.jp", "a", key},
                                    {"news.example.jp", "b", key},
                                    {"example.jp", "c", key},
                                    {"mail.other.example", "d", key}};
  const struct {
    const char* domain;
    const char* want;
  } cases[] = {{"example.jp", "ac"},      {"news.example.jp", "b"}, {"a.news.example.jp", "b"},
               {"shop.example.jp", "ac"}, {"other.example", "d"},   {"badexample.jp", ""},
               {"example.com", ""}};
  for (const auto& c : cases) {
    CAPTURE(c.domain);
    std::string got;
    for (const auto* signer : dkim::signers_of(signers, c.domain)) got += signer->selector;
    CHECK(got == c.want);
  }
}

TEST_CASE("the record as a line of a zone file") {
  const auto signers = both();
  CHECK(dkim::zone_line(signers[1]) ==
        "s2._domainkey.example.jp. IN TXT ( \"v=DKIM1; k=ed25519; "
        "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\" )");
  const auto rsa = dkim::zone_line(signers[0]);
  std::string joined;
  std::size_t strings = 0;
  const auto parts = split(rsa, '"');
  for (std::size_t i = 1; i < parts.size(); i += 2, ++strings) {
    CHECK(parts[i].size() <= 255);
    joined += parts[i];
  }
  CHECK(strings == 2);
  CHECK(joined == signers[0].key.record());
}
