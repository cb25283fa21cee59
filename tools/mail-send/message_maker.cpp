#include "message_maker.h"

#include "line_fields.h"
#include "mime/message_id.h"

using namespace hagaki;

namespace {

constexpr std::size_t kPadding = 64;  // LineParser::parse() reads ahead

}  // namespace

MessageMaker::MessageMaker(const mime::Template& message, Settings settings)
    : message_(message),
      settings_(std::move(settings)),
      campaign_(settings_.campaign),
      token_(mime::campaign_token(settings_.campaign)) {}

Result<delivery::Message> MessageMaker::render(const delivery::Recipient& recipient) {
  const std::string& line = recipient.original_line;
  padded_.assign(line).append(kPadding, '\0');
  records::Line parsed;
  if (auto done = parser_.parse(std::string_view(padded_).substr(0, line.size()), 1, parsed);
      !done) {
    ++refused_;
    return tl::unexpected<Error>(done.error());
  }
  const LineFields fields(parsed);
  auto rendered =
      message_.render(fields, {recipient.address, campaign_, settings_.clock()}, settings_.missing);
  if (!rendered) {
    const bool wanted =
        rendered.error().code == ErrorCode::NotFound && settings_.missing == mime::Missing::Skip;
    if (!wanted) ++refused_;
    return tl::unexpected<Error>(rendered.error());
  }
  delivery::Message message;
  message.message_id = std::move(rendered->message_id);
  message.envelope_sender =
      envelope_sender(settings_.bounces ? *settings_.bounces : rendered->from, recipient.address);
  message.data = std::move(rendered->data);
  message.needs_smtputf8 = recipient.address.needs_smtputf8() || rendered->needs_smtputf8;
  return message;
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
