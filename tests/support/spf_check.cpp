// Answers SPF questions from a zone on standard input, for comparison with another implementation.
// Each question is "? ip local domain helo"; the lines of the zone that hold from there on come
// before it ("name TYPE data"), "!" forgets them. Prints a verdict for each question.
#include <iostream>
#include <sstream>
#include <string>

#include "dns/ip.h"
#include "fake_zone.h"
#include "spf/check.h"

using namespace hagaki;

int main() {
  std::string zone;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "!") {
      zone.clear();
      continue;
    }
    if (!line.starts_with("? ")) {
      zone += line + '\n';
      continue;
    }
    std::istringstream words(line.substr(2));
    std::string ip;
    spf::Question question;
    words >> ip >> question.local >> question.domain >> question.helo;
    const auto parsed = dns::parse_ip(ip);
    if (!parsed) return 65;
    question.ip = *parsed;
    fake::Zone answers(zone);
    spf::check_host(answers, question, [](const spf::Outcome& outcome) {
      std::cout << spf::verdict_name(outcome.verdict) << ' ' << outcome.problem << '\n';
    });
    answers.run();
  }
}
