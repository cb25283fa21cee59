#include "letter/body_plan.h"

#include <fmt/core.h>

#include <utility>

#include "base/digest.h"
#include "mime/transfer_encoding.h"

namespace hagaki::letter {
namespace {

void append_leaf(const BodyPlan& plan, std::string_view text, std::string& out) {
  const mime::TransferEncoding encoding = mime::best_encoding(text);
  out += plan.headers;
  out += "Content-Transfer-Encoding: ";
  out += mime::transfer_encoding_name(encoding);
  out += "\r\n\r\n";
  mime::append_encoded_text(out, text, encoding);
}

}  // namespace

Result<BodyPlan> text_body(std::string_view source, bool html, std::string_view file,
                           std::size_t first_line) {
  auto text = MergeText::parse(source, html ? MergeText::Escape::Html : MergeText::Escape::None,
                               file, first_line);
  if (!text) return tl::unexpected<Error>(text.error());
  BodyPlan plan;
  plan.form = html ? BodyPlan::Form::Html : BodyPlan::Form::Plain;
  plan.headers = fmt::format("Content-Type: text/{}; charset=utf-8\r\n", html ? "html" : "plain");
  if (text->is_static()) {
    std::string whole;
    if (auto done = text->render(NoFields{}, Missing::Empty, whole); !done) {
      return tl::unexpected<Error>(done.error());
    }
    append_leaf(plan, whole, plan.fixed);
  }
  plan.text = std::move(*text);
  return plan;
}

BodyPlan alternative_body(BodyPlan text, BodyPlan html) {
  BodyPlan plan;
  plan.form = BodyPlan::Form::Multipart;
  // "=_" can stand in neither quoted-printable nor base64 (RFC 2045 §6.7), and
  // mime::best_encoding() keeps it from the start of lines sent as they are.
  const std::string digest = sha256_hex(text.text->source() + '\0' + html.text->source());
  plan.boundary = "=_" + digest.substr(0, 24);
  plan.headers =
      fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n", plan.boundary);
  plan.children.push_back(std::move(text));
  plan.children.push_back(std::move(html));
  return plan;
}

Result<void> render_body(const BodyPlan& plan, const Fields& fields, Missing missing,
                         std::string& out) {
  if (!plan.fixed.empty()) {
    out += plan.fixed;
    return {};
  }
  if (plan.text) {
    std::string text;
    text.reserve(plan.text->source().size() + 256);
    if (auto done = plan.text->render(fields, missing, text); !done) return done;
    append_leaf(plan, text, out);
    return {};
  }
  out += plan.headers;
  out += "\r\n";
  for (const BodyPlan& child : plan.children) {
    out += "--" + plan.boundary + "\r\n";
    if (auto done = render_body(child, fields, missing, out); !done) return done;
    // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1), so a part keeps its
    // own last line end.
    out += "\r\n";
  }
  out += "--" + plan.boundary + "--\r\n";
  return {};
}

}  // namespace hagaki::letter
