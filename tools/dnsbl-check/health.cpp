#include "health.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "address/domain.h"
#include "base/text.h"
#include "cli/table.h"
#include "cli/wrap.h"
#include "dns/names.h"
#include "health/check.h"
#include "health/record.h"
#include "health/texts.h"
#include "rules/receiver_table.h"

using namespace hagaki;
using health::Item;
using health::Verdict;

namespace {

/// One sender has few addresses and domains; each is asked about in a dozen ways.
constexpr std::size_t kMostTargets = 16;
constexpr std::size_t kMostSelectors = 16;

Result<health::Sender> sender_of(const Options& options) {
  health::Sender out;
  out.helo = dns::normal_name(options.helo);
  out.selectors = options.selectors;
  for (const auto& selector : options.selectors) {
    if (!dns::check_name(selector)) {
      return fail(ErrorCode::Syntax, "--selector is no name", printable(selector));
    }
  }
  for (const auto& target : options.targets) {
    if (const auto ip = dns::parse_ip(target)) {
      out.ips.push_back(dns::unmapped(*ip));
      continue;
    }
    const auto domain = Domain::parse(target);
    if (!domain) return tl::unexpected(domain.error());
    if (const auto ip = dns::parse_address_literal(domain->ascii())) {
      out.ips.push_back(dns::unmapped(*ip));
    } else if (domain->ascii().find('.') == std::string::npos) {
      return fail(ErrorCode::Syntax, "neither an IP address nor a domain", printable(target));
    } else {
      out.domains.push_back(domain->ascii());
    }
  }
  return out;
}

struct Words {
  const char* title;
  const char* check;
  const char* detail;
  std::array<const char*, 4> verdict;  ///< in the order of Verdict
  const char* findings;
  const char* mend;
  const char* release;
};

const Words& words_in(const std::string& language) {
  static const Words kEnglish = {
      "VERDICT",
      "CHECK",
      "WHAT DNS SAYS",
      {"ok", "warning", "error", "unknown"},
      "What to mend:",
      "Mend: ",
      "Where to ask a provider for release, when it refuses this sender:",
  };
  static const Words kJapanese = {
      "判定",
      "項目",
      "DNSの内容",
      {"正常", "警告", "エラー", "不明"},
      "直すところ:",
      "対処: ",
      "拒否されたときの各社への解除申請:",
  };
  return language == "ja" ? kJapanese : kEnglish;
}

const char* color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Error:
      return "31";
    case Verdict::Warning:
    case Verdict::Unknown:
      return "33";
    case Verdict::Ok:
      break;
  }
  return "";
}

std::size_t count(const std::vector<Item>& items, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [&](const Item& item) { return item.verdict == verdict; }));
}

std::string summary(const std::vector<Item>& items, bool japanese) {
  const auto ok = std::to_string(count(items, Verdict::Ok));
  const auto warnings = count(items, Verdict::Warning);
  const auto errors = count(items, Verdict::Error);
  const auto unknown = std::to_string(count(items, Verdict::Unknown));
  if (japanese) {
    return std::to_string(items.size()) + "項目: エラー" + std::to_string(errors) + "、警告" +
           std::to_string(warnings) + "、不明" + unknown + "、正常" + ok + "。";
  }
  return counted(items.size(), "check") + ": " + counted(errors, "error") + ", " +
         counted(warnings, "warning") + ", " + unknown + " unknown, " + ok + " ok.";
}

/// What the row says where DNS said nothing worth showing.
std::string said(const Item& item, const preflight::Row* row) {
  if (!item.detail.empty()) return item.detail;
  return row != nullptr ? row->what : std::string();
}

/// What is wrong in the same way stands in one paragraph: where DNS is down, that is all.
struct Mend {
  const Item* item;
  const preflight::Row* row;
  std::string heads;  ///< "spf example.jp, mx example.jp"
};

std::vector<Mend> mends_of(const std::vector<Item>& items, const preflight::Catalogue& texts) {
  std::vector<Mend> out;
  for (const Item& item : items) {
    const auto* row = texts.find(item.id);
    if (item.verdict == Verdict::Ok || row == nullptr) continue;
    const auto head = item.check + ' ' + item.query;
    const auto same = std::find_if(out.begin(), out.end(), [&](const Mend& mend) {
      return mend.row == row && mend.item->detail == item.detail;
    });
    if (same == out.end()) {
      out.push_back({&item, row, head});
    } else {
      same->heads += ", " + head;
    }
  }
  return out;
}

std::string for_a_person(const std::vector<Item>& items, const preflight::Catalogue& texts,
                         const std::vector<rules::ReleasePage>& pages, const HealthStyle& style) {
  const Words& words = words_in(style.language);
  cli::Table table({{words.title, cli::Table::Align::Left, 7},
                    {words.check, cli::Table::Align::Left, 8, true},
                    {"", cli::Table::Align::Left, 12},
                    {words.detail, cli::Table::Align::Left, 20}});
  std::string mends;
  for (const Item& item : items) {
    const auto* row = texts.find(item.id);
    table.row({words.verdict[static_cast<std::size_t>(item.verdict)], item.check, item.query,
               said(item, row)},
              color_of(item.verdict));
  }
  const std::string stop = style.language == "ja" ? "。" : ". ";
  for (const Mend& mend : mends_of(items, texts)) {
    mends += '\n' + cli::wrapped(mend.heads + ": " + mend.row->what + stop, 2, style.columns);
    if (!mend.item->detail.empty()) mends += cli::wrapped(mend.item->detail, 4, style.columns);
    mends += cli::wrapped(mend.row->receivers, 4, style.columns);
    mends += cli::wrapped(words.mend + mend.row->remedy, 4, style.columns);
  }
  std::string out = table.text(style.columns, style.color);
  if (!mends.empty()) out += '\n' + std::string(words.findings) + mends;
  out += '\n' + cli::wrapped(words.release, 0, style.columns);
  for (const auto& page : pages) {
    out += "  " + page.name + ": " + page.url + '\n';
    out += cli::wrapped(page.remedy, 4, style.columns);
  }
  return out + '\n' + cli::wrapped(summary(items, style.language == "ja"), 0, style.columns);
}

bool write_records(const std::vector<Item>& items, const preflight::Catalogue& texts,
                   const std::vector<rules::ReleasePage>& pages, const std::string& query,
                   Timestamp time, cli::Output& out) {
  for (const Item& item : items) {
    if (!out.write_line(health::health_record(item, texts, time).line())) return false;
  }
  for (const auto& page : pages) {
    if (!out.write_line(health::release_record(page, query, time).line())) return false;
  }
  return out.flush();
}

cli::Exit exit_of(const std::vector<Item>& items) {
  if (count(items, Verdict::Error) > 0) return cli::Exit::No;
  return count(items, Verdict::Unknown) > 0 ? cli::Exit::TempFail : cli::Exit::Ok;
}

}  // namespace

Result<void> check_health(const Options& options) {
  const auto wrong = [](const char* why) { return fail(ErrorCode::Unsupported, why); };
  if (!options.health) {
    if (!options.helo.empty()) return wrong("--helo needs --health");
    return options.selectors.empty() ? Result<void>() : wrong("--selector needs --health");
  }
  if (options.list_zones || options.self_test || !options.zones.empty()) {
    return wrong("--health asks no lists: run dnsbl-check once more without it");
  }
  if (options.targets.empty() && !options.self && !options.received)
    return wrong("--health needs the sending address or the domain");
  if (options.targets.size() > kMostTargets || options.selectors.size() > kMostSelectors) {
    return wrong("--health takes at most 16 targets and 16 selectors");
  }
  return {};
}

cli::Exit run_health(const Options& options, const Edges& edges, const HealthStyle& style,
                     cli::Output& out, cli::Log& log) {
  const auto sender = sender_of(options);
  if (!sender) {
    log.bad_line(sender.error().text());
    return cli::Exit::Data;
  }
  const std::string query =
      sender->ips.empty() ? sender->domains.front() : sender->ips.front().text();
  std::vector<Item> items;
  health::examine(edges.resolver, *sender, [&](std::vector<Item> found) {
    items = std::move(found);
    edges.stop();
  });
  edges.wait();
  const auto texts = health::texts(style.language);
  const auto pages = rules::release_pages(query, style.language);
  const bool written = style.json
                           ? write_records(items, texts, pages, query, edges.now(), out)
                           : out.write(for_a_person(items, texts, pages, style)) && out.flush();
  return written ? exit_of(items) : cli::Exit::Io;
}
