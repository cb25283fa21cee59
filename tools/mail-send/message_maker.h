#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "address/address.h"
#include "address/verp.h"
#include "attachments.h"
#include "base/digest.h"
#include "base/time.h"
#include "campaign_fields.h"
#include "delivery/campaign.h"
#include "dkim/signature.h"
#include "letter/template.h"
#include "records/reader.h"

/// Makes each recipient's message from the template.
class MessageMaker : public hagaki::delivery::Renderer {
 public:
  struct Settings {
    std::string campaign;
    hagaki::letter::Missing missing = hagaki::letter::Missing::Error;
    std::optional<hagaki::Address> bounces;  ///< nothing = From
    bool verp = true;
    std::optional<hagaki::verp::Key> key;       ///< signs the return paths
    std::vector<hagaki::dkim::Signer> signers;  ///< of messages; none = unsigned
    std::optional<OwnAttachments> own_attachments;
    CampaignValues values;  ///< fields besides the recipients'
    std::function<hagaki::Timestamp()> clock;
  };

  /// `message` must outlive it.
  MessageMaker(const hagaki::letter::Template& message, Settings settings);

  hagaki::Result<hagaki::delivery::Message> render(
      const hagaki::delivery::Recipient& recipient) override;

  /// Recipients that could not be rendered, those skipped on purpose not counted.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  [[nodiscard]] hagaki::Result<void> sign(const hagaki::Domain& domain, hagaki::Timestamp now,
                                          std::string& message) const;
  [[nodiscard]] std::string envelope_sender(const hagaki::Address& from,
                                            const hagaki::Address& recipient) const;

  const hagaki::letter::Template& message_;
  Settings settings_;
  hagaki::HmacSha256 campaign_;
  std::string token_;
  hagaki::records::LineParser parser_;
  std::string padded_;
  std::uint64_t refused_ = 0;
};
