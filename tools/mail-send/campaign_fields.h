#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "letter/fields.h"
#include "options.h"
#include "unsubscribe_links.h"

/// What a campaign gives to its template besides the recipients' fields.
struct CampaignValues {
  struct Value {
    std::string name;
    std::string text;
  };
  std::vector<Value> fixed;  ///< the same for everybody: "sender_name"…
  UnsubscribeLinks links;

  /// Of the options; `keys` make the tokens.
  static CampaignValues make(const Options& options, std::optional<hagaki::unsubscribe::Keys> keys);
  [[nodiscard]] bool empty() const { return fixed.empty() && !links.keys; }
};

/// The campaign's fields, then those of `recipient`; both must outlive it. A campaign's field wins
/// over a record's of the same name: no record can choose whom a link takes off the list.
class CampaignFields : public hagaki::letter::Fields {
 public:
  CampaignFields(const CampaignValues& values, const hagaki::Address& address,
                 const hagaki::letter::Fields& recipient)
      : values_(values), address_(address), recipient_(recipient) {}
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const override;
  /// A text of several lines is a list of them.
  [[nodiscard]] std::optional<hagaki::letter::FieldTree> tree(std::string_view name) const override;
  /// The option that would have given a field that was asked for and that nobody has, "--contact";
  /// empty where there was none.
  [[nodiscard]] std::string_view lacking_option() const { return lacking_option_; }

 private:
  [[nodiscard]] std::optional<std::string_view> own(std::string_view name) const;
  [[nodiscard]] const std::string& token() const;

  const CampaignValues& values_;
  const hagaki::Address& address_;
  const hagaki::letter::Fields& recipient_;
  // Made where the template asks for them.
  mutable std::string token_;
  mutable std::string url_;
  mutable std::string mailto_;
  mutable std::string_view lacking_option_;
};
