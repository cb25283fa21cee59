#pragma once

#include <atomic>
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

/// Makes each recipient's message from the template. A look at attachments of the recipient's own
/// and the signature are left to Message::finish, which is valid as long as the maker.
class MessageMaker : public hagaki::delivery::Renderer {
 public:
  struct Settings {
    std::string campaign;
    hagaki::letter::Missing missing = hagaki::letter::Missing::Error;
    std::optional<hagaki::Address> bounces;  ///< nothing = From
    bool verp = true;
    std::optional<hagaki::verp::Key> key;       ///< signs the return paths
    std::vector<hagaki::dkim::Signer> signers;  ///< of messages; none = unsigned
    /// False: that there is a key for each sender is seen to, and nothing is signed.
    bool signs = true;
    std::optional<OwnAttachments> own_attachments;
    /// Judges finished messages that have such; called on any thread. Empty: none is judged.
    std::function<hagaki::Result<void>(std::string_view)> may_go;
    CampaignValues values;  ///< fields besides the recipients'
    std::function<hagaki::Timestamp()> clock;
  };

  /// `message` must outlive it.
  MessageMaker(const hagaki::letter::Template& message, Settings settings);

  hagaki::Result<hagaki::delivery::Message> render(
      const hagaki::delivery::Recipient& recipient) override;
  hagaki::Result<hagaki::delivery::Message> begin(
      const hagaki::delivery::Recipient& recipient) override;
  hagaki::Result<void> complete(const hagaki::delivery::Recipient& recipient,
                                hagaki::delivery::Message& message) override;

  /// Recipients that could not be rendered, those skipped on purpose not counted.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// Whether messages have something left to do that takes a while: signatures, a look at
  /// attachments.
  [[nodiscard]] bool finishes() const {
    return (settings_.signs && !settings_.signers.empty()) || settings_.may_go;
  }

 private:
  using Signers = std::vector<const hagaki::dkim::Signer*>;
  hagaki::Result<void> sign(const Signers& signers, hagaki::Timestamp now, std::string& message);
  /// Adds to a message, which may be empty, all that it lacks. One that fails keeps what it had.
  hagaki::Result<void> make(const hagaki::delivery::Recipient& recipient,
                            hagaki::delivery::Message& message);
  /// Whether the body can wait until a session has room for it.
  [[nodiscard]] bool can_wait() const;
  [[nodiscard]] std::string envelope_sender(const hagaki::Address& from,
                                            const hagaki::Address& recipient) const;

  const hagaki::letter::Template& message_;
  Settings settings_;
  hagaki::HmacSha256 campaign_;
  std::string token_;
  hagaki::records::LineParser parser_;
  std::string padded_;
  std::atomic<std::uint64_t> refused_ = 0;
};
