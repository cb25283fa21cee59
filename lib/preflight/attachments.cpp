#include <fmt/core.h>

#include "base/text.h"
#include "preflight/archive.h"
#include "preflight/file_kind.h"
#include "preflight/subject.h"

namespace hagaki::preflight {
namespace {

/// A part that a reader can save, and its name ("" where it has none).
struct Attachment {
  const mime::Part& part;
  std::string name;
  bool to_save = false;  ///< it is offered as a file, by its disposition or by having a name
};

std::string name_of(const mime::Part& part) {
  const auto disposition = part.headers.find("Content-Disposition");
  if (disposition) {
    const auto parsed = mime::parse_content_type(*disposition);
    if (const auto name = parsed.parameter("filename"); !name.empty()) return std::string(name);
  }
  return std::string(part.type.parameter("name"));
}

std::vector<Attachment> attachments_of(const mime::Message& mail) {
  std::vector<Attachment> out;
  for (const mime::Part& part : mail.parts()) {
    if (!part.children.empty() || part.type.is("multipart") || part.type.is("message")) continue;
    Attachment one{part, name_of(part)};
    const auto disposition = part.headers.get("Content-Disposition");
    const bool is_inline = ascii_istarts_with(disposition, "inline") ||
                           (part.headers.find("Content-ID") && disposition.empty());
    one.to_save = !is_inline && (!disposition.empty() || !one.name.empty());
    const bool body = is_shown_text(part) && one.name.empty();
    if (!body) out.push_back(std::move(one));
  }
  return out;
}

void check_members(const Subject& subject, const std::string& name, std::string_view bytes,
                   ArchiveBudget& budget) {
  const ArchiveContents contents = read_archive(bytes, budget);
  // An Office document is an archive too; its parts have no ending that runs.
  for (const auto& member : contents.members) {
    const std::string path = name + ": " + printable(utf8_prefix(member.path, 200));
    if (const auto why = runs_as(member.path, member.begin); !why.empty()) {
      subject.found("attachment-executable", path + " (" + why + ")");
    } else if (is_disguised(member.path)) {
      subject.found("attachment-disguised", path);
    }
    if (may_hold_macros(member.path)) subject.found("attachment-macros", path);
  }
  if (contents.encrypted) subject.found("attachment-encrypted", name);
  if (!contents.unread.empty()) {
    subject.unknown("attachment-unread", name + ": " + contents.unread);
  }
}

void check_one(const Subject& subject, const Attachment& attachment, std::string_view bytes,
               ArchiveBudget& budget) {
  const std::string name = attachment.name.empty()
                               ? fmt::format("({})", printable(attachment.part.type.type))
                               : printable(utf8_prefix(attachment.name, 200));
  if (bytes.empty()) subject.found("attachment-empty", name);
  if (attachment.to_save && ending_of(attachment.name).empty()) {
    subject.found("attachment-no-extension", name);
  }
  if (is_disguised(attachment.name)) subject.found("attachment-disguised", name);
  if (const auto why = runs_as(attachment.name, bytes.substr(0, 512)); !why.empty()) {
    subject.found("attachment-executable", name + " (" + why + ")");
  }
  if (may_hold_macros(attachment.name)) subject.found("attachment-macros", name);
  // PDF says so itself where a password is needed.
  if (bytes.starts_with("%PDF-") && bytes.find("/Encrypt") != std::string_view::npos) {
    subject.found("attachment-encrypted", name);
  }
  if (is_archive(bytes)) check_members(subject, name, bytes, budget);
}

}  // namespace

void check_attachments(const Subject& subject) {
  std::size_t total = 0;
  std::size_t largest = 0;
  std::string name;
  ArchiveBudget budget;
  const auto attachments = attachments_of(subject.mail);
  for (const Attachment& attachment : attachments) {
    std::string buffer;
    const auto bytes = attachment.part.bytes(buffer);
    total += bytes.size();
    if (bytes.size() > largest) {
      largest = bytes.size();
      name = attachment.name;
    }
    check_one(subject, attachment, bytes, budget);
  }
  const std::size_t limit = subject.context.attachment_limit;
  if (largest > limit) {
    subject.found("attachment-too-big",
                  fmt::format("{}: {} octets of {}", printable(name), largest, limit));
  } else if (total > limit) {
    subject.found("attachment-too-big",
                  fmt::format("{} together: {} octets of {}",
                              counted(attachments.size(), "attachment"), total, limit));
  }
}

}  // namespace hagaki::preflight
