#include "campaign_headers.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/digest.h"
#include "base/text.h"
#include "letter/message_id.h"
#include "letter/template_file.h"
#include "mime/header_writer.h"
#include "unsubscribe_links.h"

using namespace hagaki;
using letter::Additions;

namespace {

constexpr std::size_t kListId = 255;     // RFC 2919 §2
constexpr std::size_t kLeastSender = 5;  // characters of the last identifier of a Feedback-ID
constexpr std::size_t kMostSender = 15;
constexpr std::size_t kMostFeedback = 200;
const char* const kTokenField = "{{unsubscribe_token}}";

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Config, std::move(message));
}

/// "list.example.jp": atoms and dots, one dot at least (RFC 2919 §2).
bool is_list_id(std::string_view id) {
  const auto good = [](char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  };
  const auto parts = split(id, '.');
  return id.size() <= kListId && parts.size() >= 2 && id.find("{{") == std::string_view::npos &&
         std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(), good);
         });
}

/// Letters and digits that name a sender for years: its domain's where they are 5 to 15, else a
/// hash of it.
std::string sender_id(std::string_view domain) {
  std::string id;
  for (const char c : ascii_lower(domain)) {
    if (is_alnum(c)) id += c;
  }
  if (id.size() >= kLeastSender && id.size() <= kMostSender) return id;
  return to_base32(sha256(ascii_lower(domain))).substr(0, kMostSender);
}

/// "spring:campaign:examplejp".
Result<std::string> feedback_id(const Options& options, const letter::TemplateFiles& files) {
  if (options.bulk.feedback_id != "auto") return options.bulk.feedback_id;
  const auto message = letter::Template::parse(files, options.from);
  if (!message) return tl::unexpected(message.error());
  const auto from = message->from().empty()
                        ? Result<Address>(wrong("there is no From"))
                        : Address::parse(message->from().front().address.source());
  if (!from) return wrong("--feedback-id auto needs a From that is the same for everybody");
  return fmt::format("{}:{}:{}", letter::campaign_token(options.campaign),
                     options.transactional ? "transactional" : "campaign",
                     sender_id(from->domain().ascii()));
}

bool sets(const letter::TemplateFiles& files, std::string_view name) {
  const auto raw = letter::cut_template(files.text, files.name);
  return raw && std::any_of(raw->headers.begin(), raw->headers.end(),
                            [&](const auto& header) { return ascii_iequals(header.name, name); });
}

/// The option's; else what follows from the kind of mail, where the template says nothing.
std::string auto_submitted(const Options& options, const letter::TemplateFiles& files) {
  const auto& option = options.bulk.auto_submitted;
  if (!option.empty()) return option == "no" ? "" : option;
  return options.transactional && !sets(files, "Auto-Submitted") ? "auto-generated" : "";
}

}  // namespace

Result<Additions> campaign_additions(const Options& options, const letter::TemplateFiles& files) {
  const BulkOptions& bulk = options.bulk;
  Additions out;
  out.sender_name = bulk.sender_name;
  const auto add = [&out](const char* name, std::string value, const char* origin) {
    out.headers.push_back({name, std::move(value), origin});
  };
  std::string links;
  if (!bulk.unsubscribe.empty()) {
    links = fmt::format("<{}>", WebLink::parse(bulk.unsubscribe)->with(kTokenField));
  }
  if (!bulk.unsubscribe_mailto.empty()) {
    if (!links.empty()) links += ", ";
    links += fmt::format("<{}>", mail_link(*Address::parse(bulk.unsubscribe_mailto), kTokenField));
  }
  if (!links.empty()) {
    add("List-Unsubscribe", links,
        bulk.unsubscribe.empty() ? "--unsubscribe-mailto" : "--unsubscribe");
  }
  if (!bulk.unsubscribe.empty()) {
    add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", "--unsubscribe");
  }
  if (!bulk.list_id.empty()) add("List-Id", *list_id_value(bulk.list_id), "--list-id");
  if (!bulk.feedback_id.empty()) {
    auto value = feedback_id(options, files);
    if (!value) return tl::unexpected(value.error());
    add("Feedback-ID", std::move(*value), "--feedback-id");
  }
  if (!bulk.precedence.empty()) add("Precedence", bulk.precedence, "--precedence");
  if (auto value = auto_submitted(options, files); !value.empty()) {
    add("Auto-Submitted", std::move(value), "--auto-submitted");
  }
  return out;
}

Result<std::string> list_id_value(std::string_view option) {
  option = trim(option);
  std::string_view text;
  std::string_view id = option;
  if (option.ends_with('>')) {
    const auto open = option.rfind('<');
    if (open == std::string_view::npos) return wrong("a > without <");
    text = trim(option.substr(0, open));
    id = option.substr(open + 1, option.size() - open - 2);
  }
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = trim(text.substr(1, text.size() - 2));
  }
  if (!is_list_id(id)) {
    return wrong(
        "an identifier is letters, digits and dots, best below a domain of yours, as in "
        "'Text <cards.example.jp>'");
  }
  if (text.empty()) return fmt::format("<{}>", id);
  if (text.find_first_of("<>\"\\") != std::string_view::npos ||
      text.find("{{") != std::string_view::npos || printable(text) != text) {
    return wrong("the text before the identifier holds what has no place there");
  }
  // It has the form of a mailbox: a phrase and angle brackets.
  constexpr std::string_view kName = "List-Id";
  std::string header;
  const auto done =
      mime::append_address_header(header, kName, {{std::string(text), std::string(id)}});
  if (!done) return wrong(done.error().message);
  return squeeze(std::string_view(header).substr(kName.size() + 1));
}

Result<void> check_feedback_id(std::string_view value) {
  const auto parts = split(value, ':');
  const bool good = value.size() <= kMostFeedback &&
                    std::all_of(value.begin(), value.end(),
                                [](char c) { return c > ' ' && c < 127 && c != '{' && c != '}'; });
  if (!good) return wrong("identifiers are ASCII without blanks, the same for everybody");
  if (parts.size() > 4) return wrong("there are at most four identifiers, with colons between");
  if (parts.back().size() < kLeastSender || parts.back().size() > kMostSender) {
    return wrong("the last identifier names the sender and has 5 to 15 characters");
  }
  return {};
}
