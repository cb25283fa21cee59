#include "letter/address_plan.h"

#include <fmt/core.h>

#include <optional>

#include "base/text.h"
#include "mime/words.h"

namespace hagaki::letter {
namespace {

/// One element of an address list, cut but not yet understood.
struct Element {
  std::string name;
  std::string address;
  bool angle = false;
};

/// Cuts a list at its commas, outside merge tags, quoted strings and angle brackets.
class Cutter {
 public:
  explicit Cutter(std::string_view value) : rest_(value) {}

  Result<std::vector<Element>> cut() {
    std::vector<Element> elements;
    while (true) {
      auto element = one();
      if (!element) return tl::unexpected<Error>(element.error());
      if (!trim(element->name).empty() || element->angle) elements.push_back(std::move(*element));
      if (rest_.empty()) return elements;
      rest_.remove_prefix(1);  // the comma
    }
  }

 private:
  Result<Element> one() {
    Element element;
    std::string plain;
    while (!rest_.empty() && rest_.front() != ',') {
      if (take_tag(plain)) continue;
      const char c = rest_.front();
      if (c == '"') {
        if (!take_quoted(plain)) return wrong("a quote is not closed");
      } else if (c == '<') {
        if (element.angle) return wrong("two addresses without a comma");
        element.angle = true;
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '>') {
          if (!take_tag(element.address)) take_one(element.address);
        }
        if (rest_.empty()) return wrong("\"<\" without \">\"");
        rest_.remove_prefix(1);
      } else if (c == '(' || c == ')') {
        return wrong("comments are not supported; write Name <address>");
      } else if (c == ':' || c == ';') {
        return wrong("groups are not supported; quote a name that holds \":\" or \";\"");
      } else {
        if (element.angle && c != ' ' && c != '\t') return wrong("text behind an address");
        take_one(plain);
      }
    }
    if (element.angle) {
      element.name = std::string(trim(plain));
      if (element.name.find("=?") != std::string::npos)
        element.name = mime::decode_words(element.name);
    } else {
      element.address = std::string(trim(plain));
      element.name = element.address;  // only to see that it is not empty
    }
    return element;
  }

  void take_one(std::string& to) {
    to += rest_.front();
    rest_.remove_prefix(1);
  }

  bool take_tag(std::string& to) {
    if (!rest_.starts_with("{{")) return false;
    const std::string_view closing = rest_.starts_with("{{{") ? "}}}" : "}}";
    const std::size_t close = rest_.find(closing);
    const std::size_t size =
        close == std::string_view::npos ? rest_.size() : close + closing.size();
    to += rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool take_quoted(std::string& to) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (take_tag(to)) continue;
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      take_one(to);
    }
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  static tl::unexpected<Error> wrong(std::string what) {
    return fail(ErrorCode::Syntax, std::move(what));
  }

  std::string_view rest_;
};

}  // namespace

Result<std::vector<MailboxPlan>> parse_mailboxes(std::string_view value, std::string_view file,
                                                 std::size_t line) {
  const std::string where = fmt::format("{}:{}", file, line);
  auto elements = Cutter(value).cut();
  if (!elements) return fail(elements.error().code, elements.error().message, where);
  if (elements->empty()) return fail(ErrorCode::Syntax, "an address is missing", where);
  std::vector<MailboxPlan> plans;
  for (const Element& element : *elements) {
    auto name =
        MergeText::parse(element.angle ? element.name : "", MergeText::Escape::None, file, line);
    if (!name) return tl::unexpected<Error>(name.error());
    auto address = MergeText::parse(trim(element.address), MergeText::Escape::None, file, line);
    if (!address) return tl::unexpected<Error>(address.error());
    if (address->is_static()) {
      const auto parsed = Address::parse(address->source());
      if (!parsed) return fail(parsed.error().code, parsed.error().text(), where);
    }
    plans.push_back({std::move(*name), std::move(*address)});
  }
  return plans;
}

Result<RenderedMailbox> render_mailbox(const MailboxPlan& plan, const Fields& fields,
                                       Missing missing) {
  std::string name;
  if (auto done = plan.name.render(fields, missing, name); !done) {
    return tl::unexpected<Error>(done.error());
  }
  std::string spec;
  if (auto done = plan.address.render(fields, missing, spec); !done) {
    return tl::unexpected<Error>(done.error());
  }
  auto address = Address::parse(spec);
  if (!address) return tl::unexpected<Error>(address.error());
  return RenderedMailbox{{std::move(name), header_address(*address)}, std::move(*address)};
}

std::string header_address(const Address& address) {
  return mime::header_local_part(address.local()) + "@" + address.domain().ascii();
}

}  // namespace hagaki::letter
