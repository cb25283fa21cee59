#include "people_table.h"

#include <utility>
#include <vector>

using namespace hagaki;

PeopleTable::PeopleTable(Of of, bool dns, std::string_view lang)
    : of_(of), dns_(dns), japanese_(lang == "ja"), table_(titles()) {}

cli::Table PeopleTable::titles() const {
  using Align = cli::Table::Align;
  const auto title = [this](const char* english, const char* japanese) {
    return std::string(japanese_ ? japanese : english);
  };
  std::vector<cli::Table::Column> columns;
  if (of_ == Of::Recipients) {
    columns.push_back({title("ADDRESS", "宛先"), Align::Left, 16, true});
    columns.push_back({title("NAME", "氏名"), Align::Left, 8});
  } else {
    columns.push_back({title("DOMAIN", "ドメイン"), Align::Left, 16, true});
    columns.push_back({title("RECIPIENTS", "宛先数"), Align::Right, 10});
  }
  if (dns_) {
    columns.push_back({title("MAIL", "状態"), Align::Left, 12});
    columns.push_back({title("FIRST MX", "最初の MX"), Align::Left, 9});
  }
  columns.push_back({title("PROVIDER", "プロバイダー"), Align::Left, 8});
  return cli::Table(std::move(columns));
}

void PeopleTable::add(const std::string& who, const std::string& what, const DomainFacts& facts) {
  const auto& status = facts.status;
  const bool dead = status == "no-domain" || status == "null-mx" || status == "no-mail-host";
  const bool open = status == "retry" || status == "error";
  std::vector<std::string> cells{who, what};
  if (dns_) cells.insert(cells.end(), {status, facts.first_mx});
  cells.push_back(facts.provider);
  table_.row(std::move(cells), dead ? "31" : open ? "33" : "");
  ++rows_;
}

std::string PeopleTable::take(std::size_t columns, bool color) {
  if (rows_ == 0) return {};
  rows_ = 0;
  return std::exchange(table_, titles()).text(columns, color);
}
