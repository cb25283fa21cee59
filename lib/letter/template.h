#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"
#include "letter/address_plan.h"
#include "letter/body_plan.h"
#include "letter/fields.h"
#include "letter/file_part.h"
#include "letter/merge_text.h"

namespace hagaki::letter {

/// A template's files as read. `text` holds headers, a blank line and the body; `html`, where there
/// is one, the HTML form of the same body (no headers). Where there is HTML and no text, the text
/// is derived from it.
struct TemplateFiles {
  std::string name;  ///< of the file behind `text`, for messages
  std::string text;
  std::string html_name;
  std::optional<std::string> html;
  /// Pictures by the paths that the HTML names them by: see html::local_references().
  std::map<std::string, File> pictures{};
  std::vector<File> attachments{};    ///< for everybody
  std::vector<std::string> unused{};  ///< paths of what lies beside and is no part, for messages
};

/// What the caller adds to a template, and how it is to be written.
struct Additions {
  struct Header {
    std::string name;
    std::string value;   ///< may hold merge fields, as a template's headers do
    std::string origin;  ///< where it comes from, for messages: "--list-id"
  };
  std::vector<Header> headers;
  std::string sender_name;  ///< UTF-8; shown where From is one mailbox that has no name
  Writing writing{};
};

/// One recipient's message is made from this and its Fields.
struct Envelope {
  const Address& recipient;
  const HmacSha256& campaign;  ///< its name as the key, for message_id()
  Timestamp date;
  /// Parts for this recipient alone: see attachment_part().
  const std::vector<std::string>& attachments;
  /// What message_id() made before; empty: it is made.
  std::string_view message_id{};
};

/// A finished message.
struct RenderedMessage {
  std::string message_id;  ///< without angle brackets
  std::string data;        ///< header and body, lines end with CRLF
  Address from;            ///< the first mailbox of From
  /// True when an address in From, Reply-To or Sender needs SMTPUTF8 (RFC 6531).
  bool needs_smtputf8 = false;
};

/// A message template, parsed once; see mail-send(1), TEMPLATES, for its forms. Not thread-safe.
class Template {
 public:
  /// `from` stands in for the template's From. Errors name "file:line"; Error::Config for headers
  /// that a template must not set, and for those that `additions` bring too.
  static Result<Template> parse(const TemplateFiles& files, const std::optional<std::string>& from,
                                const Additions& additions = {});

  /// The message for one recipient. Errors are about this recipient alone: Error::NotFound for a
  /// missing field, Error::Syntax for a value that its place cannot hold.
  Result<RenderedMessage> render(const Fields& fields, const Envelope& envelope,
                                 Missing missing) const;

  /// RenderedMessage::from of all messages, null where it is not the same for everybody.
  [[nodiscard]] const Address* fixed_from() const {
    return fixed_sender_ ? &fixed_sender_->address : nullptr;
  }
  /// The source of a header's value, nothing when the template has no such header.
  [[nodiscard]] std::optional<std::string_view> header_source(std::string_view name) const;
  /// From's mailboxes as sources; empty when the template has no From and none was given.
  [[nodiscard]] const std::vector<MailboxPlan>& from() const { return from_; }
  /// The text parts' sources: what a reader may see.
  [[nodiscard]] const BodyPlan& body() const { return body_; }
  /// All fields that the template uses, in order of first use.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Header {
    std::string name;
    std::string source;
    enum class Kind { Text, Addresses, Structured } kind = Kind::Text;
    std::optional<MergeText> value;      // of Text and Structured
    std::vector<MailboxPlan> mailboxes;  // of Addresses
    std::string fixed;                   // written out, where it is the same for everybody
  };
  Template() = default;
  Result<void> take_header(const std::string& file, std::size_t line, std::string_view name,
                           std::string_view value);
  Result<void> take_additions(const Additions& additions, const std::string& file);
  Result<void> take_body(const TemplateFiles& files, std::string_view text, std::size_t line,
                         bool html);
  Result<void> write(const Header& header, const Fields& fields, Missing missing,
                     RenderedMessage& message) const;

  /// From as one recipient gets it.
  struct Sender {
    std::string header;
    Address address;  // of the first mailbox
    bool needs_smtputf8 = false;
  };
  [[nodiscard]] Result<Sender> sender(const Fields& fields, Missing missing) const;

  std::vector<Header> headers_;  // without From and To
  std::vector<MailboxPlan> from_;
  std::optional<Sender> fixed_sender_;  // where From is the same for everybody
  std::optional<MergeText> to_name_;
  Writing writing_;
  BodyPlan body_;
};

}  // namespace hagaki::letter
