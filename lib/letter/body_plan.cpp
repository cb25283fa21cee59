#include "letter/body_plan.h"

#include <fmt/core.h>

#include <span>
#include <utility>

#include "base/digest.h"
#include "html/text.h"
#include "letter/flowed.h"
#include "mime/iso2022jp.h"
#include "mime/transfer_encoding.h"

namespace hagaki::letter {
namespace {

using mime::TextForm;

constexpr std::string_view kMixed = "mixed";

void append_headers(std::string& out, std::string_view type, mime::TransferEncoding encoding) {
  out += type;
  out += "Content-Transfer-Encoding: ";
  out += mime::transfer_encoding_name(encoding);
  out += "\r\n\r\n";
}

std::string_view type_of(bool html) {
  return html ? "Content-Type: text/html; charset=utf-8\r\n"
              : "Content-Type: text/plain; charset=utf-8\r\n";
}

void append_part(std::string& out, std::string_view type, std::string_view text, TextForm form) {
  const mime::TransferEncoding encoding = mime::best_encoding(text, form);
  append_headers(out, type, encoding);
  mime::append_encoded_text(out, text, encoding);
}

/// A text with its headers.
void append_text(std::string& out, bool html, Writing writing, std::string_view text) {
  const bool flowed = writing.flowed && !html;
  std::optional<std::string> fitted;
  if (writing.charset == mime::Charset::Iso2022Jp) {
    fitted = html ? mime::fit_iso2022jp_html(text) : mime::fit_iso2022jp(text);
  }
  const bool jis = fitted.has_value();
  std::string made;
  if (jis) text = *fitted;
  if (flowed) text = made = to_flowed(text);
  if (jis) text = made = mime::to_iso2022jp(text);
  std::string type(type_of(html));
  if (jis || flowed) {
    type =
        fmt::format("Content-Type: text/{}; charset={}{}\r\n", html ? "html" : "plain",
                    jis ? "ISO-2022-JP" : "utf-8", flowed ? ";\r\n format=flowed; delsp=yes" : "");
  }
  append_part(out, type, text,
              jis      ? TextForm::Iso2022Jp
              : flowed ? TextForm::Flowed
                       : TextForm::Plain);
}

/// The leaf as 7bit, from what is ready of it. False where it has to be encoded.
Result<bool> append_ready(const BodyPlan& plan, const Fields& fields, Missing missing,
                          std::string& out) {
  const std::size_t begin = out.size();
  append_headers(out, type_of(plan.form == BodyPlan::Form::Html), mime::TransferEncoding::SevenBit);
  auto done = plan.ready->append(*plan.text, fields, missing, out);
  if (done && !*done) out.resize(begin);
  return done;
}

Result<void> append_leaf(const BodyPlan& plan, const Fields& fields, Missing missing,
                         std::string& out) {
  if (plan.ready) {
    const auto done = append_ready(plan, fields, missing, out);
    if (!done) return tl::unexpected<Error>(done.error());
    if (*done) return {};
  }
  std::string text;
  text.reserve(plan.text->source().size() + 256);
  if (auto done = plan.text->render(fields, missing, text); !done) return done;
  if (plan.form == BodyPlan::Form::Derived) {
    auto derived = html::to_text(text);
    if (!derived) return tl::unexpected<Error>(derived.error());
    text = std::move(*derived);
  }
  append_text(out, plan.form == BodyPlan::Form::Html, plan.writing, text);
  return {};
}

/// Something of a plan that tells it from others, for boundaries.
std::string essence(const BodyPlan& plan) {
  if (plan.text) return plan.text->source();
  return plan.boundary.empty() ? plan.fixed : plan.boundary;
}

std::string boundary_from(std::string_view all) {
  // "=_" can stand in neither quoted-printable nor base64 (RFC 2045 §6.7), and best_encoding()
  // keeps it from the start of lines sent as they are.
  return "=_" + sha256_hex(all).substr(0, 24);
}

std::string boundary_of(std::string_view subtype, const std::vector<BodyPlan>& children) {
  std::string all(subtype);
  for (const BodyPlan& child : children) (all += '\0') += essence(child);
  return boundary_from(all);
}

std::string outer_boundary_of(const BodyPlan& plan) {
  return boundary_from(essence(plan) + "\nof one");
}

std::string multipart_headers(std::string_view subtype, std::string_view boundary) {
  return fmt::format("Content-Type: multipart/{};{} boundary=\"{}\"\r\n", subtype,
                     subtype == "related" ? " type=\"text/html\";\r\n" : "", boundary);
}

/// What a multipart holds.
struct Parts {
  const std::string& headers;
  const std::string& boundary;
  std::span<const BodyPlan> plans;
  std::span<const std::string> more;  // behind these
};

Result<void> append_plan(const BodyPlan& plan, const Fields& fields, Missing missing,
                         std::string& out);

Result<void> append_multipart(const Parts& parts, const Fields& fields, Missing missing,
                              std::string& out) {
  const auto open = [&] { ((out += "--") += parts.boundary) += "\r\n"; };
  out += parts.headers;
  out += "\r\n";
  // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1), so a part keeps its
  // own last line end.
  for (const BodyPlan& plan : parts.plans) {
    open();
    if (auto done = append_plan(plan, fields, missing, out); !done) return done;
    out += "\r\n";
  }
  for (const std::string& part : parts.more) {
    open();
    (out += part) += "\r\n";
  }
  ((out += "--") += parts.boundary) += "--\r\n";
  return {};
}

Result<void> append_plan(const BodyPlan& plan, const Fields& fields, Missing missing,
                         std::string& out) {
  if (!plan.fixed.empty()) {
    out += plan.fixed;
    return {};
  }
  if (plan.text) return append_leaf(plan, fields, missing, out);
  return append_multipart({plan.headers, plan.boundary, plan.children, {}}, fields, missing, out);
}

bool is_mixed(const BodyPlan& plan) {
  return plan.headers.starts_with("Content-Type: multipart/mixed;");
}

}  // namespace

Result<BodyPlan> text_body(BodyPlan::Form form, std::string_view source, std::string_view file,
                           std::size_t first_line, Writing writing) {
  const bool plain = form == BodyPlan::Form::Plain;
  auto text = MergeText::parse(source, plain ? MergeText::Escape::None : MergeText::Escape::Html,
                               file, first_line);
  if (!text) return tl::unexpected<Error>(text.error());
  BodyPlan plan;
  plan.form = form;
  plan.writing = writing;
  plan.text = std::move(*text);
  plan.outer_boundary = outer_boundary_of(plan);
  if (plan.text->is_static()) {
    std::string part;
    if (auto done = append_leaf(plan, NoFields{}, Missing::Empty, part); !done) {
      return fail(done.error().code, done.error().message, std::string(file));
    }
    plan.fixed = std::move(part);
  } else if (form != BodyPlan::Form::Derived && writing.charset == mime::Charset::Utf8 &&
             !(plain && writing.flowed)) {
    plan.ready = ReadyText::from(*plan.text);
  }
  return plan;
}

BodyPlan file_body(std::string part) {
  BodyPlan plan;
  plan.form = BodyPlan::Form::File;
  plan.fixed = std::move(part);
  return plan;
}

BodyPlan multipart_body(std::string_view subtype, std::vector<BodyPlan> children) {
  BodyPlan plan;
  plan.form = BodyPlan::Form::Multipart;
  plan.boundary = boundary_of(subtype, children);
  plan.outer_boundary = outer_boundary_of(plan);
  plan.headers = multipart_headers(subtype, plan.boundary);
  plan.children = std::move(children);
  return plan;
}

Result<void> render_body(const BodyPlan& plan, const Fields& fields, Missing missing,
                         const std::vector<std::string>& more, std::string& out) {
  if (more.empty()) return append_plan(plan, fields, missing, out);
  if (is_mixed(plan)) {
    return append_multipart({plan.headers, plan.boundary, plan.children, more}, fields, missing,
                            out);
  }
  const std::string headers = multipart_headers(kMixed, plan.outer_boundary);
  return append_multipart({headers, plan.outer_boundary, {&plan, 1}, more}, fields, missing, out);
}

}  // namespace hagaki::letter
