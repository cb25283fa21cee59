#include "dkim/signature.h"

#include <algorithm>
#include <chrono>

#include "base/digest.h"
#include "base/text.h"
#include "dkim/canonical.h"
#include "mime/transfer_encoding.h"

namespace hagaki::dkim {
namespace {

constexpr std::size_t kLine = 76;     // octets of a line of a signature
constexpr std::size_t kString = 255;  // octets of a string in a TXT record

struct Signed {
  std::string_view name;
  bool once_more = false;
};

/// What is signed where it is there (RFC 6376 §5.4.1, RFC 8058 §4).
constexpr Signed kSigned[] = {{"from", true},
                              {"to", true},
                              {"subject", true},
                              {"date", true},
                              {"message-id", true},
                              {"reply-to", true},
                              {"cc", true},
                              {"mime-version", true},
                              {"content-type", true},
                              {"content-transfer-encoding", true},
                              {"sender"},
                              {"in-reply-to"},
                              {"references"},
                              {"list-id"},
                              {"list-unsubscribe"},
                              {"list-unsubscribe-post"},
                              {"list-help"},
                              {"list-subscribe"},
                              {"list-post"},
                              {"list-owner"},
                              {"list-archive"},
                              {"feedback-id"},
                              {"auto-submitted"},
                              {"precedence"}};

/// The header's part of what is signed, the same for all signers.
struct Header {
  std::vector<std::string_view> names;
  std::string text;  ///< relaxed fields, each with its CRLF
};

Header signed_header(const mime::Headers& headers) {
  Header out;
  for (const auto& [name, once_more] : kSigned) {
    // Of fields that stand several times the last one comes first (§5.4.2).
    const auto& fields = headers.fields();
    for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
      if (!ascii_iequals(field->name, name)) continue;
      out.names.push_back(name);
      append_relaxed(out.text, *field);
      out.text += "\r\n";
    }
    if (once_more) out.names.push_back(name);
  }
  return out;
}

/// Appends `piece` and folds the line before it where it would grow too long.
void append_piece(std::string& out, std::string_view piece) {
  const auto begin = out.rfind('\n') + 1;  // 0 where there is none
  if (out.size() - begin + piece.size() > kLine) {
    while (out.back() == ' ') out.pop_back();
    out += "\r\n\t";
  }
  out += piece;
}

/// Appends base64 in pieces that fill the lines.
void append_folded_base64(std::string& out, std::string_view raw) {
  std::string text;
  mime::append_base64(text, raw, 0);
  std::string_view rest = text;
  while (!rest.empty()) {
    auto used = out.size() - (out.rfind('\n') + 1);
    if (used >= kLine) {
      out += "\r\n\t";
      used = 1;
    }
    const auto length = std::min(rest.size(), kLine - used);
    out += rest.substr(0, length);
    rest.remove_prefix(length);
  }
}

/// The field up to "b=".
std::string begin_field(const Signer& signer, const Header& header, std::string_view body_hash,
                        Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::string out = "DKIM-Signature: v=1; ";
  append_piece(out, "a=" + std::string(signer.key.algorithm()) + "; ");
  append_piece(out, "c=relaxed/relaxed; ");
  append_piece(out, "d=" + signer.domain + "; ");
  append_piece(out, "s=" + signer.selector + "; ");
  append_piece(out, "t=" + std::to_string(seconds) + "; ");
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    const bool last = i + 1 == header.names.size();
    append_piece(out, (i == 0 ? "h=" : "") + std::string(header.names[i]) + (last ? "; " : ":"));
  }
  append_piece(out, "bh=" + std::string(body_hash) + "; ");
  append_piece(out, "b=");
  return out;
}

bool is_at_or_above(std::string_view above, std::string_view domain) {
  if (!domain.ends_with(above)) return false;
  return domain.size() == above.size() || domain[domain.size() - above.size() - 1] == '.';
}

}  // namespace

Result<std::string> signature_fields(std::string_view message,
                                     const std::vector<const Signer*>& signers, Timestamp now) {
  std::size_t body_at = 0;
  const auto headers = mime::Headers::parse(message, mime::LineEnds::Lf, body_at);
  const Header header = signed_header(headers);
  std::string body_hash;
  mime::append_base64(body_hash, sha256(relaxed_body(message.substr(body_at))), 0);
  std::string out;
  for (const Signer* signer : signers) {
    std::string field = begin_field(*signer, header, body_hash, now);
    std::string data = header.text;
    append_relaxed(data, mime::Headers::parse(field).fields().front());
    const auto signature = signer->key.sign(data);
    if (!signature) return tl::unexpected<Error>(signature.error());
    append_folded_base64(field, *signature);
    out += field + "\r\n";
  }
  return out;
}

std::vector<const Signer*> signers_of(const std::vector<Signer>& signers, std::string_view domain) {
  std::size_t longest = 0;
  std::vector<const Signer*> found;
  for (const Signer& signer : signers) {
    if (!is_at_or_above(signer.domain, domain) || signer.domain.size() < longest) continue;
    if (signer.domain.size() > longest) found.clear();
    longest = signer.domain.size();
    found.push_back(&signer);
  }
  if (!found.empty()) return found;
  for (const Signer& signer : signers) {
    if (!is_at_or_above(domain, signer.domain)) continue;
    if (found.empty() || found.front()->domain == signer.domain) found.push_back(&signer);
  }
  return found;
}

std::string zone_line(const Signer& signer) {
  std::string out = signer.selector + "._domainkey." + signer.domain + ". IN TXT (";
  const std::string record = signer.key.record();
  for (std::size_t at = 0; at < record.size(); at += kString) {
    out += " \"" + record.substr(at, kString) + "\"";
  }
  return out + " )";
}

}  // namespace hagaki::dkim
