#include "letter/template.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "letter/html_body.h"
#include "letter/message_id.h"
#include "letter/template_file.h"
#include "mime/header_writer.h"
#include "mime/words.h"

namespace hagaki::letter {
namespace {

/// What parts the items of a structured header: only the template may write these there, else a
/// recipient's data could add an address to List-Unsubscribe.
constexpr std::string_view kSyntax = "<>,\" \t\r\n";

/// "text/html" and the charset of a Content-Type, in lower case.
struct ContentType {
  std::string type;
  std::string charset;
};

ContentType content_type(std::string_view value) {
  ContentType result;
  bool first = true;
  for (const std::string_view part : split(value, ';')) {
    const std::string piece = ascii_lower(trim(part));
    if (first) result.type = piece;
    first = false;
    if (piece.starts_with("charset=")) {
      result.charset = piece.substr(8);
      std::erase(result.charset, '"');
    }
  }
  return result;
}

Result<void> check_utf8(std::string_view text, std::string_view file) {
  if (is_utf8(text)) return {};
  std::size_t number = 1;
  for (const std::string_view line : split(text, '\n')) {
    if (!is_utf8(line)) break;
    ++number;
  }
  return fail(ErrorCode::Syntax, "a template must be UTF-8", fmt::format("{}:{}", file, number));
}

std::string_view without_bom(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

/// Whether the body is HTML, from the headers that describe it.
Result<bool> body_is_html(const std::vector<RawHeader>& headers, const std::string& file) {
  bool html = false;
  for (const RawHeader& header : headers) {
    const auto wrong = [&](std::string what) {
      return fail(ErrorCode::Unsupported, std::move(what), fmt::format("{}:{}", file, header.line));
    };
    if (ascii_iequals(header.name, "Content-Type")) {
      const ContentType type = content_type(header.value);
      if (type.type.starts_with("multipart/")) {
        return wrong("text with HTML is a folder with message.txt and message.html");
      }
      if (type.type != "text/plain" && type.type != "text/html") {
        return wrong(fmt::format("a body of type {}", printable(type.type)));
      }
      if (!type.charset.empty() && type.charset != "utf-8" && type.charset != "us-ascii") {
        return wrong(fmt::format("charset {}: a template must be UTF-8", printable(type.charset)));
      }
      html = type.type == "text/html";
    } else if (ascii_iequals(header.name, "Content-Transfer-Encoding")) {
      const std::string encoding = ascii_lower(header.value);
      if (encoding != "7bit" && encoding != "8bit") {
        return wrong("a template's body is written as it reads, not encoded");
      }
    }
  }
  return html;
}

}  // namespace

Result<void> Template::take_header(const std::string& file, std::size_t line, std::string_view name,
                                   std::string_view value) {
  const std::string lower = ascii_lower(name);
  const std::string where = fmt::format("{}:{}", file, line);
  if (const auto why = header_refusal(lower)) {
    return fail(ErrorCode::Config, fmt::format("a template must not set {}: {}", name, *why),
                where);
  }
  if (lower == "mime-version" || lower == "content-type" || lower == "content-transfer-encoding") {
    return {};
  }
  if (lower == "to") {
    auto mailboxes = parse_mailboxes(value, file, line);
    if (!mailboxes) return tl::unexpected<Error>(mailboxes.error());
    std::string address;
    for (const char c : mailboxes->front().address.source()) {
      if (c != ' ') address += c;
    }
    if (mailboxes->size() != 1 || (address != "{{email}}" && address != "{{{email}}}")) {
      return fail(ErrorCode::Config, "To may choose the name only: To: {{name}} <{{email}}>",
                  where);
    }
    to_name_ = std::move(mailboxes->front().name);
    return {};
  }
  if (lower == "from") {
    if (!from_.empty()) return {};  // --from stands
    auto mailboxes = parse_mailboxes(value, file, line);
    if (!mailboxes) return tl::unexpected<Error>(mailboxes.error());
    from_ = std::move(*mailboxes);
    return {};
  }

  Header header;
  header.name = name;
  header.source = value;
  if (lower == "reply-to" || lower == "sender") {
    header.kind = Header::Kind::Addresses;
    auto mailboxes = parse_mailboxes(value, file, line);
    if (!mailboxes) return tl::unexpected<Error>(mailboxes.error());
    header.mailboxes = std::move(*mailboxes);
  } else {
    header.kind = is_structured_header(lower) ? Header::Kind::Structured : Header::Kind::Text;
    // A template may have been saved by a mail program.
    const bool words =
        header.kind == Header::Kind::Text && value.find("=?") != std::string_view::npos;
    auto text = MergeText::parse(words ? mime::decode_words(value) : std::string(value),
                                 MergeText::Escape::None, file, line);
    if (!text) return tl::unexpected<Error>(text.error());
    if (text->is_static()) {
      const auto done =
          header.kind == Header::Kind::Text
              ? mime::append_text_header(header.fixed, name, text->source(), writing_.charset)
              : mime::append_structured_header(header.fixed, name, text->source());
      if (!done) return fail(done.error().code, done.error().message, where);
    }
    header.value = std::move(*text);
  }
  headers_.push_back(std::move(header));
  return {};
}

Result<void> Template::take_additions(const Additions& additions, const std::string& file) {
  for (const Additions::Header& header : additions.headers) {
    if (header_source(header.name)) {
      return fail(ErrorCode::Config,
                  fmt::format("the template sets {}, and so does {}: remove one of them",
                              header.name, header.origin),
                  file);
    }
  }
  for (const Additions::Header& header : additions.headers) {
    if (auto taken = take_header(header.origin, 1, header.name, header.value); !taken) {
      return fail(taken.error().code, taken.error().message, header.origin);
    }
  }
  if (additions.sender_name.empty() || from_.size() != 1 || !from_.front().name.source().empty()) {
    return {};
  }
  auto name = MergeText::parse(additions.sender_name, MergeText::Escape::None, "the sender's name");
  if (!name) return tl::unexpected<Error>(name.error());
  from_.front().name = std::move(*name);
  return {};
}

/// Text, its HTML form and the pictures in that, then the attachments.
Result<void> Template::take_body(const TemplateFiles& files, std::string_view text,
                                 std::size_t line, bool html) {
  std::vector<BodyPlan> forms;
  if (!html && (!files.html || !trim(text).empty())) {
    auto plain = text_body(BodyPlan::Form::Plain, text, files.name, line, writing_);
    if (!plain) return tl::unexpected<Error>(plain.error());
    forms.push_back(std::move(*plain));
  }
  if (html || files.html) {
    const std::string& name = html ? files.name : files.html_name;
    const std::string_view source = html ? text : without_bom(*files.html);
    if (auto checked = check_utf8(source, name); !checked) return checked;
    const std::size_t first_line = html ? line : 1;
    auto shown = html_body({source, name, first_line}, files.pictures, writing_);
    if (!shown) return tl::unexpected<Error>(shown.error());
    if (forms.empty()) {
      auto derived = text_body(BodyPlan::Form::Derived, source, name, first_line, writing_);
      if (!derived) return tl::unexpected<Error>(derived.error());
      forms.push_back(std::move(*derived));
    }
    forms.push_back(std::move(*shown));
  }
  body_ =
      forms.size() > 1 ? multipart_body("alternative", std::move(forms)) : std::move(forms.front());
  if (files.attachments.empty()) return {};
  std::vector<BodyPlan> parts;
  parts.push_back(std::move(body_));
  for (const File& file : files.attachments) {
    auto part = attachment_part(file);
    if (!part) return tl::unexpected<Error>(part.error());
    parts.push_back(file_body(std::move(*part)));
  }
  body_ = multipart_body("mixed", std::move(parts));
  return {};
}

Result<Template> Template::parse(const TemplateFiles& files, const std::optional<std::string>& from,
                                 const Additions& additions) {
  Template result;
  result.writing_ = additions.writing;
  const std::string_view text = without_bom(files.text);
  if (auto checked = check_utf8(text, files.name); !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  auto raw = cut_template(text, files.name);
  if (!raw) return tl::unexpected<Error>(raw.error());
  if (from) {
    auto mailboxes = parse_mailboxes(*from, "--from", 1);
    if (!mailboxes) {
      return fail(ErrorCode::Config, mailboxes.error().message, "--from");
    }
    result.from_ = std::move(*mailboxes);
  }
  std::vector<std::string> seen;
  for (const RawHeader& header : raw->headers) {
    std::string lower = ascii_lower(header.name);
    if (is_single_header(lower) && std::find(seen.begin(), seen.end(), lower) != seen.end()) {
      return fail(ErrorCode::Syntax, fmt::format("a second {}", header.name),
                  fmt::format("{}:{}", files.name, header.line));
    }
    seen.push_back(std::move(lower));
    if (auto taken = result.take_header(files.name, header.line, header.name, header.value);
        !taken) {
      return tl::unexpected<Error>(taken.error());
    }
  }
  if (auto added = result.take_additions(additions, files.name); !added) {
    return tl::unexpected<Error>(added.error());
  }

  const auto html = body_is_html(raw->headers, files.name);
  if (!html) return tl::unexpected<Error>(html.error());
  if (*html && files.html) {
    return fail(ErrorCode::Syntax, "its Content-Type says HTML, and so is the file beside it",
                files.name);
  }
  if (auto taken = result.take_body(files, raw->body, raw->body_line, *html); !taken) {
    return tl::unexpected<Error>(taken.error());
  }
  const bool fixed = std::all_of(result.from_.begin(), result.from_.end(), [](const auto& plan) {
    return plan.name.is_static() && plan.address.is_static();
  });
  if (fixed && !result.from_.empty()) {
    auto sender = result.sender(NoFields{}, Missing::Empty);
    if (!sender) return tl::unexpected<Error>(sender.error());
    result.fixed_sender_ = std::move(*sender);
  }
  return result;
}

Result<void> Template::write(const Header& header, const Fields& fields, Missing missing,
                             RenderedMessage& message) const {
  std::string& out = message.data;
  if (!header.fixed.empty()) {
    out += header.fixed;
    return {};
  }
  if (header.kind == Header::Kind::Addresses) {
    std::vector<mime::Mailbox> mailboxes;
    for (const MailboxPlan& plan : header.mailboxes) {
      auto rendered = render_mailbox(plan, fields, missing);
      if (!rendered) return fail(rendered.error().code, rendered.error().text(), header.name);
      message.needs_smtputf8 = message.needs_smtputf8 || rendered->address.needs_smtputf8();
      mailboxes.push_back(std::move(rendered->mailbox));
    }
    return mime::append_address_header(out, header.name, mailboxes, writing_.charset);
  }
  std::string value;
  const bool structured = header.kind == Header::Kind::Structured;
  if (auto done = header.value->render(fields, missing, value, structured ? kSyntax : ""); !done) {
    if (done.error().code == ErrorCode::Syntax) {
      return fail(ErrorCode::Syntax, done.error().message, header.name);
    }
    return done;
  }
  return header.kind == Header::Kind::Text
             ? mime::append_text_header(out, header.name, value, writing_.charset)
             : mime::append_structured_header(out, header.name, value);
}

Result<Template::Sender> Template::sender(const Fields& fields, Missing missing) const {
  if (from_.empty()) return fail(ErrorCode::Config, "the template has no From");
  std::vector<mime::Mailbox> mailboxes;
  std::optional<Sender> result;
  for (const MailboxPlan& plan : from_) {
    auto rendered = render_mailbox(plan, fields, missing);
    if (!rendered) return fail(rendered.error().code, rendered.error().text(), "From");
    if (!result) result = Sender{{}, rendered->address, false};
    result->needs_smtputf8 = result->needs_smtputf8 || rendered->address.needs_smtputf8();
    mailboxes.push_back(std::move(rendered->mailbox));
  }
  if (auto done = mime::append_address_header(result->header, "From", mailboxes, writing_.charset);
      !done) {
    return tl::unexpected<Error>(done.error());
  }
  return std::move(*result);
}

Result<RenderedMessage> Template::render(const Fields& fields, const Envelope& envelope,
                                         Missing missing) const {
  std::optional<Sender> own;
  if (!fixed_sender_) {
    auto made = sender(fields, missing);
    if (!made) return tl::unexpected<Error>(made.error());
    own = std::move(*made);
  }
  const Sender& from = own ? *own : *fixed_sender_;
  mime::Mailbox to{{}, header_address(envelope.recipient)};
  if (to_name_) {
    if (auto done = to_name_->render(fields, missing, to.name); !done) {
      return tl::unexpected<Error>(done.error());
    }
  } else if (const auto name = fields.text("name")) {
    to.name = *name;
  }

  RenderedMessage message{
      envelope.message_id.empty()
          ? message_id(envelope.campaign, envelope.recipient.key(), from.address.domain().ascii())
          : std::string(envelope.message_id),
      {},
      from.address,
      from.needs_smtputf8};
  std::string& out = message.data;
  out.reserve(4096);
  out += from.header;
  if (auto done = mime::append_address_header(out, "To", {std::move(to)}, writing_.charset);
      !done) {
    return tl::unexpected<Error>(done.error());
  }
  for (const Header& header : headers_) {
    if (auto done = write(header, fields, missing, message); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  out += "Date: ";
  out += format_rfc5322(envelope.date);
  out += "\r\nMessage-ID: <";
  out += message.message_id;
  out += ">\r\nMIME-Version: 1.0\r\n";
  if (auto done = render_body(body_, fields, missing, envelope.attachments, out); !done) {
    return tl::unexpected<Error>(done.error());
  }
  return message;
}

std::optional<std::string_view> Template::header_source(std::string_view name) const {
  for (const Header& header : headers_) {
    if (ascii_iequals(header.name, name)) return header.source;
  }
  return std::nullopt;
}

std::vector<std::string> Template::names() const {
  std::vector<std::string> names;
  const auto add = [&names](const MergeText& text) {
    for (const std::string& name : text.names()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  };
  const auto add_mailboxes = [&add](const std::vector<MailboxPlan>& mailboxes) {
    for (const MailboxPlan& mailbox : mailboxes) {
      add(mailbox.name);
      add(mailbox.address);
    }
  };
  add_mailboxes(from_);
  if (to_name_) add(*to_name_);
  for (const Header& header : headers_) {
    if (header.value) add(*header.value);
    add_mailboxes(header.mailboxes);
  }
  for_each_text(body_, [&add](const BodyPlan& leaf) { add(*leaf.text); });
  return names;
}

}  // namespace hagaki::letter
