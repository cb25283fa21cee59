// check-records [--schema DIR] [--type TYPE] [FILE…]: holds JSON lines against the schema of their
// `type` (hagaki-records(5)) and prints "file:line: what is wrong". A line without `type` is a
// recipient. --type says that every line must be of that type. Exit 1 when something was wrong,
// also when there was no line at all: a test that checked nothing must not pass.

#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

class Checker {
 public:
  Checker(std::string dir, std::string type) : dir_(std::move(dir)), type_(std::move(type)) {}

  void read(std::istream& in, const std::string& name) {
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      if (line.empty()) continue;
      ++lines_;
      check(line, name + ":" + std::to_string(number));
    }
  }

  [[nodiscard]] bool passed() const { return wrong_ == 0 && lines_ > 0; }
  [[nodiscard]] std::size_t lines() const { return lines_; }

  void wrong(const std::string& where, const std::string& what) {
    ++wrong_;
    std::cout << where << ": " << what << '\n';
  }

 private:
  void check(const std::string& line, const std::string& where) {
    std::map<std::size_t, std::vector<std::string>> keys;
    std::string twice;
    // A duplicate key is lost in the parsed value: it has to be seen while parsing.
    const auto see = [&](int depth, Json::parse_event_t event, Json& parsed) {
      const auto level = static_cast<std::size_t>(depth);
      if (event == Json::parse_event_t::object_start) keys[level + 1].clear();
      if (event == Json::parse_event_t::key) {
        auto& seen = keys[level];
        const auto key = parsed.get<std::string>();
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) twice = key;
        seen.push_back(key);
      }
      return true;
    };
    const Json record = Json::parse(line, see, false);
    if (record.is_discarded() || !record.is_object()) return wrong(where, "not a JSON object");
    if (!twice.empty()) return wrong(where, "key \"" + twice + "\" stands twice");

    std::string type = "recipient";
    if (const auto it = record.find("type"); it != record.end() && it->is_string()) {
      type = it->get<std::string>();
    }
    if (!type_.empty() && type != type_) return wrong(where, "type is " + type + ", not " + type_);
    const valijson::Schema* schema = find(type);
    if (!schema) return wrong(where, "no schema for type \"" + type + "\"");

    valijson::Validator validator;
    valijson::ValidationResults results;
    const Adapter adapter(record);
    if (validator.validate(*schema, adapter, &results)) return;
    valijson::ValidationResults::Error error;
    std::string what;
    while (results.popError(error)) {
      std::string path;
      for (const auto& step : error.context) path += step;
      what += (what.empty() ? "" : "; ") + path + " " + error.description;
    }
    wrong(where, what + ": " + line);
  }

  const valijson::Schema* find(const std::string& type) {
    auto& schema = schemas_[type];
    if (schema || type.find('/') != std::string::npos) return schema.get();
    std::ifstream in(dir_ + "/" + type + ".json");
    const Json json = Json::parse(in, nullptr, false);
    if (json.is_discarded()) return nullptr;
    schema = std::make_unique<valijson::Schema>();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(Adapter(json), *schema);
    return schema.get();
  }

  std::string dir_;
  std::string type_;
  std::map<std::string, std::unique_ptr<valijson::Schema>> schemas_;
  std::size_t lines_ = 0;
  std::size_t wrong_ = 0;
};

}  // namespace

int main(int argc, char** argv) try {
  std::string dir = HAGAKI_SCHEMA_DIR;
  std::string type;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--schema" && i + 1 < argc) {
      dir = argv[++i];
    } else if (arg == "--type" && i + 1 < argc) {
      type = argv[++i];
    } else if (arg.size() > 1 && arg[0] == '-') {
      std::cerr << "usage: check-records [--schema DIR] [--type TYPE] [FILE...]\n";
      return 64;
    } else {
      files.push_back(arg);
    }
  }
  Checker checker(dir, type);
  if (files.empty()) files.emplace_back("-");
  for (const auto& name : files) {
    if (name == "-") {
      checker.read(std::cin, "stdin");
      continue;
    }
    std::ifstream in(name, std::ios::binary);
    if (in) {
      checker.read(in, name);
    } else {
      checker.wrong(name, "cannot be opened");
    }
  }
  if (checker.lines() == 0) std::cout << "no records\n";
  return checker.passed() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "check-records: " << error.what() << '\n';
  return 70;
}
