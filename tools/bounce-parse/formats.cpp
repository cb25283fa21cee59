#include "formats.h"

#include <algorithm>

#include "dsn/service_events/json_objects.h"

using namespace hagaki;

namespace {

constexpr std::streamsize kLook = 64;  // bytes by which JSON is told from mail

}  // namespace

Result<Formats> parse_formats(const std::vector<std::string>& words) {
  Formats out;
  std::string input;
  for (const auto& word : words) {
    if (word == "sisimai") {
      out.sisimai = true;
      continue;
    }
    const auto service = dsn::service_named(word);
    if (!service && word != "mail") {
      return fail(ErrorCode::Config,
                  "--format is one of mail, ses, sendgrid, mailgun, postmark, sisimai", word);
    }
    if (!input.empty() && input != word) {
      return fail(ErrorCode::Config, "--format " + input + " and " + word + " exclude each other");
    }
    input = word;
    out.service = service;
    out.in = service ? Formats::In::Events : Formats::In::Mail;
  }
  return out;
}

bool holds_events(std::istream& in, const Formats& formats) {
  if (formats.in != Formats::In::Any) return formats.in == Formats::In::Events;
  if (in.peek() == std::istream::traits_type::eof()) {
    in.clear(in.rdstate() & std::ios::badbit);
    return false;
  }
  // What one read gave stands in the buffer, and may be put back there.
  auto& buffer = *in.rdbuf();
  std::string begin(static_cast<std::size_t>(std::min(buffer.in_avail(), kLook)), '\0');
  buffer.sgetn(begin.data(), static_cast<std::streamsize>(begin.size()));
  for (std::size_t i = 0; i < begin.size(); ++i) buffer.sungetc();
  return holds_events(begin, formats);
}

bool holds_events(std::string_view bytes, const Formats& formats) {
  if (formats.in != Formats::In::Any) return formats.in == Formats::In::Events;
  return dsn::JsonObjects::looks_like(bytes.substr(0, kLook));
}
