// What holds for every message, archive and page that preflight looks at: see require() for each
// promise.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "check.h"
#include "preflight/archive.h"
#include "preflight/catalogue.h"
#include "preflight/gathered.h"
#include "preflight/html_facts.h"
#include "preflight/message.h"
#include "preflight/record.h"
#include "preflight/url.h"

using namespace hagaki;

namespace {

void check_findings(std::string_view bytes) {
  static const auto catalogue = preflight::Catalogue::builtin("en");
  for (const bool sample : {false, true}) {
    preflight::Context context;
    context.sample = sample;
    context.smtputf8 = sample;
    context.attachment_limit = 1000;
    if (sample) context.other = bytes;
    const auto findings = preflight::check_message(bytes, context);
    for (const auto& finding : findings) {
      require(catalogue.find(finding.id.text()) != nullptr, "findings have a row");
      require(printable(finding.detail) == finding.detail, "details are safe to print");
      require(finding.detail.size() < 2000, "details are short");
      require(!finding.unknown || !finding.detail.empty(), "what is unknown has its reason");
    }
    preflight::Gathered gathered;
    gathered.add(findings, "a@b.example");
    for (const auto& entry : gathered.entries(catalogue)) {
      require(entry.messages == 1 && entry.details.size() <= 5, "each is told once");
      const auto line = finding_record(entry, catalogue.of(entry.id), false).line();
      require(is_utf8(line) && line.find('\n') == std::string::npos, "records are lines");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_findings(bytes);
  if (preflight::is_archive(bytes)) {
    preflight::ArchiveBudget budget;
    const auto contents = preflight::read_archive(bytes, budget);
    require(contents.members.size() <= 1000, "members are bounded");
    for (const auto& member : contents.members) {
      require(member.begin.size() <= 512, "no more is kept than is looked at");
      require(is_utf8(member.path), "paths are UTF-8");
    }
  }
  if (const auto facts = preflight::html_facts(to_valid_utf8(bytes))) {
    require(facts->links.size() <= 2000 && facts->text.size() <= (64u << 10), "facts are bounded");
  }
  for (const auto url : preflight::urls_in(bytes)) {
    require(inside(url, bytes), "URLs view into the text");
    if (const auto parsed = preflight::parse_url(url)) {
      require(!parsed->host.empty() && is_ascii(parsed->host), "hosts are A-labels");
    }
  }
  for (const auto& host : preflight::hosts_in(bytes.substr(0, 10'000))) {
    require(!host.empty() && printable(host) == host, "hosts are safe to print");
  }
  return 0;
}
