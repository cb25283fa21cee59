#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dsn/read.h"

/// A notice as a system writes it, and what it says of each recipient.
struct NoticeCase {
  struct Want {
    const char* recipient;
    const char* action;
    const char* status;
    int code;
    const char* reason;
  };
  const char* name;
  const char* headers;
  const char* body;
  const char* origin;
  std::vector<Want> want;
};

inline void check_notices(const std::vector<NoticeCase>& cases) {
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const std::string bytes = std::string(c.headers) + "\n" + c.body;
    const auto report = hagaki::dsn::read_report(hagaki::mime::Message::parse(bytes));
    CHECK(report.kind == hagaki::dsn::Kind::Bounce);
    CHECK(report.origin == std::string(c.origin));
    CHECK(report.recipients.size() == c.want.size());
    for (std::size_t i = 0; i < c.want.size() && i < report.recipients.size(); ++i) {
      const auto& got = report.recipients[i];
      const auto& want = c.want[i];
      CAPTURE(got.diagnostic);
      CAPTURE(got.rule);
      CHECK(got.final_recipient == std::string(want.recipient));
      CHECK(got.action == std::string(want.action));
      CHECK(got.status == std::string(want.status));
      CHECK(got.code == want.code);
      CHECK(got.reason == std::string(want.reason));
    }
  }
}
