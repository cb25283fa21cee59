#include "rehearse/maildir_edge.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "temp_folder.h"

namespace maildir_edge_test {

using namespace hagaki;
using namespace hagaki::rehearse;
namespace fs = std::filesystem;

namespace {

std::string only_file(const fs::path& folder) {
  std::string text;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    text = all.str();
    ++count;
  }
  CHECK(count == 1);
  return text;
}

}  // namespace

TEST_CASE("mail goes to domain/user, with its envelope on top") {
  const TempFolder folder;
  const fs::path mail = folder.file("mail");
  const fs::path bounces = folder.file("bounces");
  auto edge = MaildirEdge::open({mail, bounces}, {}, {});
  REQUIRE(edge);
  REQUIRE(edge->deliver({.host = "mx.a.example",
                         .sender = "news@shop.example",
                         .recipient = "../Etc@A.example",
                         .original = "x@b.example",
                         .message = "Subject: y\r\n\r\nbody\r\n",
                         .time = Timestamp{}}));
  CHECK(only_file(mail / "a.example" / "%2E.%2Fetc" / "new") ==
        "Return-Path: <news@shop.example>\nDelivered-To: ../Etc@A.example\n"
        "X-Original-To: x@b.example\nSubject: y\n\nbody\n");
  CHECK(edge->bounce("news@shop.example", "Subject: z\r\n\r\n", Timestamp{}));
  CHECK(only_file(bounces / "new") ==
        "Return-Path: <>\nDelivered-To: news@shop.example\nX-Original-To: news@shop.example\n"
        "Subject: z\n\n");
}

TEST_CASE("without a folder mail is counted and bounces are sent on") {
  std::string sent;
  auto edge =
      MaildirEdge::open({}, {}, [&sent](std::string_view to, std::string_view) { sent = to; });
  REQUIRE(edge);
  CHECK(edge->deliver({{}, {}, "a@b.example", {}, {}, {}}));
  CHECK(edge->bounce("a@b.example", "", Timestamp{}));
  CHECK(sent == "a@b.example");
}

TEST_CASE("names become one path component each") {
  CHECK(path_component("Taro.Sato+x") == "taro.sato+x");
  CHECK(path_component("..") == "%2E.");
  CHECK(path_component("") == "%");
  CHECK(path_component("a/b\n") == "a%2Fb%0A");
  CHECK(path_component(std::string(300, 'a')).size() <= 200);
  CHECK(path_component(std::string(300, 'a')) != path_component(std::string(301, 'a')));
}

TEST_CASE("a folder that cannot be made is an error") {
  CHECK(!MaildirEdge::open({"/proc/nowhere", {}}, {}, {}));
  CHECK(!MaildirEdge::open({{}, "/proc/nowhere"}, {}, {}));
}

}  // namespace maildir_edge_test
