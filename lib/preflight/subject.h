#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mime/reader.h"
#include "preflight/finding.h"
#include "preflight/message.h"

namespace hagaki::preflight {

/// A text that is shown as the message, in UTF-8.
struct ShownText {
  const mime::Part* part;
  std::string text;
};

/// A message under examination, and what was found so far. Views live as long as the bytes.
struct Subject {
  std::string_view bytes;
  const mime::Message& mail;
  const Context& context;
  std::vector<Finding>& findings;
  std::string line;              ///< its Subject, decoded
  std::vector<ShownText> texts;  ///< neither attached nor of attached mails

  void found(Id id, std::string detail = {}) const { findings.push_back({id, std::move(detail)}); }
  void unknown(Id id, std::string why) const { findings.push_back({id, std::move(why), true}); }
};

/// True where `text` shows a sample's field.
bool has_placeholder(const Context& context, std::string_view text);

/// True for a part that is text and no attachment.
bool is_shown_text(const mime::Part& part);

/// The octets as they go over the wire, line ends, sizes: RFC 5321 and 5322.
void check_octets(const Subject& subject);
/// Who writes, to whom, when, about what.
void check_headers(const Subject& subject);
/// The ways to leave a list: headers and body.
void check_unsubscribe(const Subject& subject);
/// What people read.
void check_body(const Subject& subject);
/// What comes with it.
void check_attachments(const Subject& subject);

}  // namespace hagaki::preflight
