#include "message_maker.h"

#include <fmt/core.h>

#include "letter/message_id.h"
#include "line_fields.h"

using namespace hagaki;

namespace {

constexpr std::size_t kPadding = 64;  // LineParser::parse() reads ahead

}  // namespace

MessageMaker::MessageMaker(const letter::Template& message, Settings settings)
    : message_(message),
      settings_(std::move(settings)),
      campaign_(settings_.campaign),
      token_(letter::campaign_token(settings_.campaign)) {}

Result<delivery::Message> MessageMaker::render(const delivery::Recipient& recipient) {
  delivery::Message message;
  if (auto done = make(recipient, message); !done) return tl::unexpected<Error>(done.error());
  return message;
}

/// What has to be finished on other threads is not to be waited for when its turn comes.
bool MessageMaker::can_wait() const {
  return !finishes() && settings_.signers.empty() && message_.fixed_from() != nullptr;
}

Result<delivery::Message> MessageMaker::begin(const delivery::Recipient& recipient) {
  if (!can_wait()) return render(recipient);
  const Address& from = *message_.fixed_from();
  delivery::Message message;
  message.message_id =
      letter::message_id(campaign_, recipient.address.key(), from.domain().ascii());
  message.envelope_sender =
      envelope_sender(settings_.bounces ? *settings_.bounces : from, recipient.address);
  return message;
}

Result<void> MessageMaker::complete(const delivery::Recipient& recipient,
                                    delivery::Message& message) {
  return make(recipient, message);
}

Result<void> MessageMaker::make(const delivery::Recipient& recipient, delivery::Message& message) {
  const std::string& line = recipient.original_line;
  padded_.assign(line).append(kPadding, '\0');
  records::Line parsed;
  if (auto done = parser_.parse(std::string_view(padded_).substr(0, line.size()), 1, parsed);
      !done) {
    ++refused_;
    return tl::unexpected<Error>(done.error());
  }
  const LineFields record(parsed);
  const CampaignFields fields(settings_.values, recipient.address, record);
  const Timestamp now = settings_.clock();
  Result<std::vector<std::string>> own;
  if (settings_.own_attachments) own = settings_.own_attachments->parts(fields, settings_.missing);
  auto rendered =
      own ? message_.render(fields, {recipient.address, campaign_, now, *own, message.message_id},
                            settings_.missing)
          : Result<letter::RenderedMessage>(tl::unexpected<Error>(own.error()));
  if (!rendered) {
    const bool wanted =
        rendered.error().code == ErrorCode::NotFound && settings_.missing == letter::Missing::Skip;
    if (!wanted) ++refused_;
    if (rendered.error().code == ErrorCode::NotFound && !fields.lacking_option().empty()) {
      rendered.error().message += fmt::format("; {} gives it", fields.lacking_option());
    }
    return tl::unexpected<Error>(rendered.error());
  }
  Signers signers;
  if (!settings_.signers.empty()) {
    const auto& domain = rendered->from.domain().ascii();
    signers = dkim::signers_of(settings_.signers, domain);
    if (signers.empty()) {
      ++refused_;
      return fail(ErrorCode::Config, "no key of --dkim is for the sender's domain " + domain);
    }
    if (!settings_.signs) signers.clear();
  }
  const bool judged = settings_.may_go && !own->empty();
  if (judged || !signers.empty()) {
    message.finish = [this, judged, signers = std::move(signers), now](std::string& data) {
      auto done = judged ? settings_.may_go(data) : Result<void>();
      if (done) done = sign(signers, now, data);
      if (!done) ++refused_;
      return done;
    };
  }
  message.message_id = std::move(rendered->message_id);
  if (message.envelope_sender.empty()) {
    message.envelope_sender =
        envelope_sender(settings_.bounces ? *settings_.bounces : rendered->from, recipient.address);
  }
  message.data = std::move(rendered->data);
  message.needs_smtputf8 = recipient.address.needs_smtputf8() || rendered->needs_smtputf8;
  return {};
}

/// Puts the signatures in front. On any thread.
Result<void> MessageMaker::sign(const Signers& signers, Timestamp now, std::string& message) {
  if (signers.empty()) return {};
  const auto fields = dkim::signature_fields(message, signers, now);
  if (!fields) return tl::unexpected<Error>(fields.error());
  message.insert(0, *fields);
  return {};
}

std::string MessageMaker::envelope_sender(const Address& from, const Address& recipient) const {
  if (settings_.verp) {
    // A local part has 64 octets. What does not fit goes without the campaign's name, and at last
    // without the recipient's: Message-ID still tells both.
    for (const std::string& token : {token_, std::string()}) {
      auto path = verp::encode(from, recipient, token, settings_.key ? &*settings_.key : nullptr);
      if (path) return std::move(*path);
    }
  }
  return from.envelope();
}
