#include "campaign_fields.h"

#include "base/text.h"

using namespace hagaki;
using letter::FieldTree;

namespace {

std::string_view option_of(std::string_view field) {
  struct Row {
    std::string_view field;
    std::string_view option;
  };
  static constexpr Row kRows[] = {
      {"unsubscribe_url", "--unsubscribe"},       {"unsubscribe_mailto", "--unsubscribe-mailto"},
      {"unsubscribe_token", "--unsubscribe-key"}, {"sender_name", "--sender-name"},
      {"postal_address", "--postal-address"},     {"contact", "--contact"}};
  for (const auto& [name, option] : kRows) {
    if (name == field) return option;
  }
  return {};
}

}  // namespace

CampaignValues CampaignValues::make(const Options& options, std::optional<unsubscribe::Keys> keys) {
  const BulkOptions& bulk = options.bulk;
  CampaignValues values;
  const auto add = [&values](const char* name, std::string text) {
    std::erase(text, '\r');
    if (!text.empty()) values.fixed.push_back({name, std::move(text)});
  };
  add("sender_name", bulk.sender_name);
  add("postal_address", std::string(trim(bulk.postal_address)));
  add("contact", bulk.contact);
  if (keys) values.links.keys = std::make_shared<const unsubscribe::Keys>(std::move(*keys));
  values.links.campaign = options.campaign;
  if (!bulk.unsubscribe.empty()) values.links.web = *WebLink::parse(bulk.unsubscribe);
  if (!bulk.unsubscribe_mailto.empty()) {
    values.links.mail = *Address::parse(bulk.unsubscribe_mailto);
  }
  return values;
}

std::optional<std::string_view> CampaignFields::text(std::string_view name) const {
  auto found = own(name);
  if (!found) found = recipient_.text(name);
  if (!found && lacking_option_.empty()) lacking_option_ = option_of(name);
  return found;
}

std::optional<FieldTree> CampaignFields::tree(std::string_view name) const {
  const auto found = own(name);
  if (!found) return recipient_.tree(name);
  FieldTree tree;
  if (found->find('\n') == std::string_view::npos) {
    tree.text = *found;
    return tree;
  }
  tree.kind = FieldTree::Kind::List;
  for (const std::string_view line : split(*found, '\n')) {
    FieldTree item;
    item.text = line;
    tree.items.push_back(std::move(item));
  }
  return tree;
}

std::optional<std::string_view> CampaignFields::own(std::string_view name) const {
  for (const auto& value : values_.fixed) {
    if (value.name == name) return value.text;
  }
  const auto& links = values_.links;
  if (!links.keys || !name.starts_with("unsubscribe_")) return std::nullopt;
  if (name == "unsubscribe_token") return token();
  if (name == "unsubscribe_url" && links.web) {
    if (url_.empty()) url_ = links.web->with(token());
    return url_;
  }
  if (name == "unsubscribe_mailto" && links.mail) {
    if (mailto_.empty()) mailto_ = mail_link(*links.mail, token());
    return mailto_;
  }
  return std::nullopt;
}

const std::string& CampaignFields::token() const {
  if (token_.empty()) token_ = values_.links.keys->token(address_, values_.links.campaign);
  return token_;
}
