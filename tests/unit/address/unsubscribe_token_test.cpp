#include "address/unsubscribe_token.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>

#include "address/verp.h"
#include "base/digest.h"
#include "base/text.h"

using namespace hagaki;
using unsubscribe::Keys;

namespace {

const std::string kSecret = "a key that nobody knows";

Keys keys_of(const std::vector<std::string>& secrets) {
  auto keys = Keys::make(secrets);
  REQUIRE(keys);
  return std::move(*keys);
}

Address address(std::string_view text) {
  return Address::parse(text).value();
}

/// A random address: plain, quoted, in UTF-8, or with a carrier's dots.
std::string random_address(std::mt19937& random) {
  static const std::vector<std::string> kPlain = {"a", "Z", "9", "-", "_", "+",
                                                  "=", "'", "|", "~", "/"};
  static const std::vector<std::string> kQuoted = {"a", " ", "@", "\\\"", "\\\\",
                                                   ".", "é", "<", "{"};
  static const std::vector<std::string> kWide = {"葉", "書", "ü", "x", "😀"};
  static const std::vector<std::string> kDomains = {"example.jp", "例え.jp", "xn--r8jz45g.jp",
                                                    "[192.0.2.1]", "a-b.c.example"};
  const auto of = [&](const std::vector<std::string>& pieces) {
    std::string out;
    const auto size = 1 + random() % 12;
    for (std::size_t i = 0; i < size; ++i) out += pieces[random() % pieces.size()];
    return out;
  };
  std::string local;
  switch (random() % 4) {
    case 0:
      local = of(kPlain);
      break;
    case 1:
      local = "\"" + of(kQuoted) + "\"";
      break;
    case 2:
      local = of(kWide);
      break;
    default:
      local = of(kPlain) + ".." + of(kPlain) + ".";
  }
  return local + "@" + kDomains[random() % kDomains.size()];
}

}  // namespace

// As Python's hmac and base64 make it from the description in the header.
TEST_CASE("unsubscribe tokens: the form that stands in mails for years") {
  const auto keys = keys_of({kSecret});
  CHECK(keys.token(address("user@example.jp"), "spring") ==
        "hu1.BVDuiJaXlahfT8UZ2jo2AknBVs8-F6kn9s1hMMfBKHd0fpZ5Rqk");
}

TEST_CASE("unsubscribe tokens: what token() writes, open() reads") {
  struct Case {
    const char* name;
    const char* recipient;
    std::string campaign;
  };
  const Case cases[] = {
      {"plain", "user@example.jp", "spring"},
      {"spelling kept", "User.Name+Tag@Example.JP", "Spring 2026"},
      {"UTF-8", "葉書@例え.jp", "春のご案内"},
      {"quoted", "\"a @ b\\\"\"@example.jp", "x"},
      {"carrier dots", "a..b.@docomo.example", "x"},
      {"literal", "a@[192.0.2.1]", "x"},
      {"no campaign", "a@example.jp", ""},
      {"as long as can be", "", std::string(100, 'c')},
  };
  const auto keys = keys_of({kSecret});
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string most = std::string(64, 'a') + "@" + std::string(63, 'b') + "." +
                             std::string(63, 'b') + "." + std::string(61, 'b');
    const auto recipient = address(*c.recipient ? std::string_view(c.recipient) : most);
    const auto token = keys.token(recipient, c.campaign);
    CHECK(token.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
          std::string::npos);
    CHECK(token.size() <= 600);
    const auto read = keys.open(token);
    REQUIRE_MESSAGE(read, (read ? "" : read.error().text()));
    CHECK(read->recipient.text() == recipient.text());
    CHECK(read->campaign == c.campaign);
    // What stands in a log of a web server names nobody.
    CHECK(from_base64url(token.substr(4))->find(recipient.domain().ascii()) == std::string::npos);
  }
}

TEST_CASE("unsubscribe tokens: random addresses, and every bit of one counts") {
  std::mt19937 random(20261122);
  const auto keys = keys_of({kSecret});
  int made = 0;
  while (made < 500) {
    const auto recipient = Address::parse(random_address(random));
    if (!recipient) continue;
    ++made;
    const std::string campaign = "c" + std::to_string(random() % 1000);
    const auto token = keys.token(*recipient, campaign);
    CAPTURE(recipient->text());
    const auto read = keys.open(token);
    REQUIRE(read);
    CHECK(read->recipient.text() == recipient->text());
    CHECK(read->campaign == campaign);
    auto raw = *from_base64url(token.substr(4));
    const auto flip = [&raw](std::size_t bit) {
      raw[bit / 8] = static_cast<char>(raw[bit / 8] ^ (1 << (bit % 8)));
    };
    const std::size_t bits = raw.size() * 8;
    for (std::size_t bit = made <= 20 ? 0 : random() % bits; bit < bits;
         bit += made <= 20 ? 1 : bits) {
      flip(bit);
      CHECK(keys.open("hu1." + to_base64url(raw)).error().code == ErrorCode::Denied);
      flip(bit);
    }
    // Nor can one be cut or grow.
    CHECK_FALSE(keys.open(token.substr(0, token.size() - 1)));
    CHECK_FALSE(keys.open(token + "A"));
  }
}

TEST_CASE("unsubscribe tokens: every character of the text counts") {
  const auto keys = keys_of({kSecret});
  const auto token = keys.token(address("user@example.jp"), "spring");
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char c : {'A', 'B', 'a', '0', '-', '_', '.', ' ', '=', '\0'}) {
      if (token[i] == c) continue;
      auto other = token;
      other[i] = c;
      CAPTURE(other);
      CHECK_FALSE(keys.open(other));
    }
  }
}

TEST_CASE("unsubscribe tokens: keys") {
  const auto old_key = keys_of({"the key of last year"});
  const auto now = keys_of({kSecret, "the key of last year"});
  const auto other = keys_of({"somebody else's key"});
  const auto user = address("user@example.jp");
  const auto old_token = old_key.token(user, "autumn");
  const auto token = now.token(user, "spring");
  CHECK(now.open(old_token)->campaign == "autumn");
  CHECK(now.open(token)->campaign == "spring");
  CHECK(keys_of({kSecret}).token(user, "spring") == token);
  CHECK(old_key.open(token).error().code == ErrorCode::Denied);
  CHECK(other.open(token).error().code == ErrorCode::Denied);
  CHECK(other.token(user, "spring") != token);
  CHECK(now.token(user, "spring2") != token);
  CHECK(Keys::make({}).error().code == ErrorCode::Config);
  CHECK(Keys::make({"fifteen octets."}).error().code == ErrorCode::Config);
  CHECK(Keys::make({kSecret, "short"}).error().code == ErrorCode::Config);
  // A return path's tag under the same secret is none of it.
  const auto verp = verp::Key::make(kSecret);
  CHECK(token.find(verp->tag(user, "spring")) == std::string::npos);
}

TEST_CASE("unsubscribe tokens: what is none") {
  const auto keys = keys_of({kSecret});
  struct Case {
    const char* name;
    std::string input;
    ErrorCode want;
  };
  const Case cases[] = {
      {"nothing", "", ErrorCode::Syntax},
      {"the prefix", "hu1.", ErrorCode::Syntax},
      {"a tag alone", "hu1.AAAAAAAAAAAAAAAAAAAAAA", ErrorCode::Syntax},
      {"no base64", "hu1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*", ErrorCode::Syntax},
      {"another version", "hu2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ErrorCode::Unsupported},
      {"no version", "hu.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ErrorCode::Syntax},
      {"of nobody's key", "hu1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ErrorCode::Denied},
      {"too long", "hu1." + std::string(4000, 'A'), ErrorCode::Syntax},
      {"a link", "https://example.jp/?token=hu1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       ErrorCode::Syntax},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto read = keys.open(c.input);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == c.want);
  }
}

TEST_CASE("unsubscribe tokens: in what people paste") {
  const auto keys = keys_of({kSecret});
  const auto token = keys.token(address("user@example.jp"), "spring");
  const auto half = token.size() / 2;
  const std::string wrong = "hu1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  struct Case {
    const char* name;
    std::string text;
    bool want;
  };
  const Case cases[] = {
      {"the token", token, true},
      {"a link", "https://example.jp/leave?token=" + token, true},
      {"in angle brackets", "<https://example.jp/leave?a=b&token=" + token + "&c=d>", true},
      {"in a path", "https://example.jp/leave/" + token + "/now", true},
      {"behind letters", "https://example.jp/leave-" + token, true},
      {"a subject", "Re: unsubscribe " + token + " please", true},
      {"a mailto", "mailto:leave@example.jp?subject=unsubscribe%20" + token, true},
      {"folded", "unsubscribe " + token.substr(0, half) + "\r\n " + token.substr(half), true},
      {"folded twice", token.substr(0, 30) + "\n\t" + token.substr(30, 5) + " " + token.substr(35),
       true},
      {"behind something alike", "hu1.x hu22.y https://hu3.example/?token=" + token, true},
      {"behind another", wrong + " " + token, true},
      {"with blanks around", "  " + token + " \r\n", true},
      {"cut", "unsubscribe " + token.substr(0, half), false},
      {"in capitals", "UNSUBSCRIBE " + ascii_upper(token), false},
      {"another", "unsubscribe " + wrong, false},
      {"none", "unsubscribe", false},
      {"nothing", "", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto found = keys.find(c.text);
    CHECK(found.has_value() == c.want);
    if (found) CHECK(found->recipient.text() == "user@example.jp");
    if (c.want) CHECK(unsubscribe::has_token(c.text));
  }
  CHECK(keys.find("unsubscribe").error().code == ErrorCode::NotFound);
  CHECK(keys.find("unsubscribe " + wrong).error().code == ErrorCode::Denied);
  CHECK_FALSE(unsubscribe::has_token("hu1.short and hu. or hu1234.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
  CHECK(unsubscribe::has_token(wrong));
}
