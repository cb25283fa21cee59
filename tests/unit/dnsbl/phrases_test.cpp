#include "dnsbl/phrases.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dnsbl/verdict.h"
#include "dnsbl/zones.h"

using namespace hagaki;
using namespace hagaki::dnsbl;

namespace {

/// Japanese, or a name that is the same in both languages.
bool is_said(const std::string& japanese) {
  const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) > 0x7F; };
  return std::any_of(japanese.begin(), japanese.end(), beyond_ascii) ||
         japanese == "Sender Score 0";
}

dns::Answer answer_of(dns::Status status, std::vector<std::string> addresses = {}) {
  dns::Answer answer;
  answer.status = status;
  for (auto& address : addresses) {
    answer.records.emplace_back();
    answer.records.back().data = std::move(address);
  }
  return answer;
}

}  // namespace

TEST_CASE("every meaning and note of the zone table is known in Japanese") {
  const auto table = ZoneTable::builtin().value();
  const auto phrases = Phrases::builtin("ja").value();
  for (const auto& zone : table.zones()) {
    CAPTURE(zone.zone);
    for (const auto* codes : {&zone.codes, &zone.error_codes}) {
      for (const auto& code : *codes) {
        const auto at = code.meaning.find("{last}");
        const auto meaning = at == std::string::npos
                                 ? code.meaning
                                 : code.meaning.substr(0, at) + "42" + code.meaning.substr(at + 6);
        CAPTURE(meaning);
        const auto said = phrases.of(meaning);
        CHECK(is_said(said));
        // Of several parts each is known.
        for (const auto part : split(said, ',')) CHECK(is_said(std::string(part)));
        CHECK(said.find('{') == std::string::npos);
        CHECK((said.find("42") != std::string::npos) == (code.meaning != meaning));
      }
    }
    if (!zone.delisting_note.empty()) {
      CAPTURE(zone.delisting_note);
      CHECK(is_said(phrases.of(zone.delisting_note)));
    }
  }
}

TEST_CASE("what no list is needed for is known in Japanese") {
  const auto phrases = Phrases::builtin("ja").value();
  const auto zone = generic_zone("bl.example");
  Zone keyed = zone;
  keyed.key = KeyUse::Required;
  using dns::Status;
  for (const auto& answer :
       {answer_of(Status::Ok, {"192.0.2.1"}), answer_of(Status::Ok, {"127.0.0.1"}),
        answer_of(Status::Ok, {"127.0.0.9"}), answer_of(Status::Ok, {"127.255.255.7"}),
        answer_of(Status::Ok, {"nonsense"}), answer_of(Status::Refused),
        answer_of(Status::ServFail), answer_of(Status::Timeout), answer_of(Status::Malformed),
        answer_of(Status::Local)}) {
    for (const Zone* row : std::array<const Zone*, 2>{&zone, &keyed}) {
      const auto meaning = judge(*row, answer).meaning;
      CAPTURE(meaning);
      CHECK(is_said(phrases.of(meaning)));
    }
  }
}

TEST_CASE("meanings that are put together") {
  const auto phrases = Phrases::builtin("ja").value();
  struct Case {
    const char* english;
    const char* japanese;
  };
  const Case cases[] = {
      {"SSH; FTP", "SSH への攻撃、FTP への攻撃"},
      {"trap hits, unauthenticated, bot", "おとりアドレスへの送信、送信者認証なし、ボット"},
      {"suspected, or breaks RFC 5321", "疑わしい、または RFC 5321 に反する"},
      {"bit 4 (undocumented), bit 8 (undocumented)",
       "ビット 4 (意味は未公開)、ビット 8 (意味は未公開)"},
      {"SSH; listed (127.0.0.99, undocumented); and 3 more",
       "SSH への攻撃、登録あり (127.0.0.99、意味は未公開)、ほか 3 件"},
      {"failed its self-test: the query was refused", "自己試験に失敗: 問い合わせを拒否された"},
      {"lists the world, 127.0.0.1 too", "すべてを登録ありと答える (127.0.0.1 も)"},
      {"an answer that cannot be read: the resolver at 192.0.2.53 answered nonsense",
       "読み取れない回答: the resolver at 192.0.2.53 answered nonsense"},
      {"in a list of my own", "in a list of my own"},
      {"in a list of my own; SSH", "in a list of my own、SSH への攻撃"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.english);
    CHECK(phrases.of(c.english) == c.japanese);
  }
}

TEST_CASE("English, and languages that are not known, stay as they are") {
  for (const char* language : {"en", "fr", ""}) {
    CHECK(Phrases::builtin(language)->of("SSH; FTP") == "SSH; FTP");
  }
}
