#include "dkim/signature.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <iterator>

#include "base/digest.h"
#include "base/text.h"
#include "dkim/canonical.h"
#include "mime/transfer_encoding.h"

namespace hagaki::dkim {
namespace {

constexpr std::size_t kLine = 76;  // octets of a line of a signature
constexpr std::size_t kRoomForField = 1024;
constexpr std::string_view kName = "DKIM-Signature:";
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
  struct Found {
    std::size_t which;  // of kSigned
    const mime::Headers::Field* field;
  };
  std::vector<Found> found;
  found.reserve(headers.fields().size());
  std::size_t size = 0;
  for (const auto& field : headers.fields()) {
    const auto* const which =
        std::find_if(std::begin(kSigned), std::end(kSigned),
                     [&field](const Signed& one) { return ascii_iequals(one.name, field.name); });
    if (which == std::end(kSigned)) continue;
    found.push_back({static_cast<std::size_t>(which - std::begin(kSigned)), &field});
    size += field.name.size() + field.value.size() + 3;
  }
  Header out;
  out.names.reserve(found.size() + std::size(kSigned));
  out.text.reserve(size + kRoomForField);
  for (std::size_t which = 0; which < std::size(kSigned); ++which) {
    // Of fields that stand several times the last one comes first (§5.4.2).
    for (auto one = found.rbegin(); one != found.rend(); ++one) {
      if (one->which != which) continue;
      out.names.push_back(kSigned[which].name);
      append_relaxed(out.text, *one->field);
      out.text += "\r\n";
    }
    if (kSigned[which].once_more) out.names.push_back(kSigned[which].name);
  }
  return out;
}

/// Writes a field and folds it.
class Folder {
 public:
  explicit Folder(std::string& out) : out_(out) {}

  /// Appends what must stay on one line.
  void put(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    if (column_ + size > kLine) fold();
    for (const auto piece : pieces) out_ += piece;
    column_ += size;
  }
  /// Appends what may be cut anywhere.
  void fill(std::string_view text) {
    while (!text.empty()) {
      if (column_ >= kLine) fold();
      const auto length = std::min(text.size(), kLine - column_);
      out_ += text.substr(0, length);
      column_ += length;
      text.remove_prefix(length);
    }
  }

 private:
  void fold() {
    while (out_.back() == ' ') out_.pop_back();
    out_ += "\r\n\t";
    column_ = 1;
  }

  std::string& out_;
  std::size_t column_ = 0;
};

/// The field up to "b=".
void begin_field(Folder& field, const Signer& signer, const Header& header,
                 std::string_view body_hash, Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  field.put({kName, " v=1; "});
  field.put({"a=", signer.key.algorithm(), "; "});
  field.put({"c=relaxed/relaxed; "});
  field.put({"d=", signer.domain, "; "});
  field.put({"s=", signer.selector, "; "});
  field.put({"t=", std::to_string(seconds), "; "});
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    const bool last = i + 1 == header.names.size();
    field.put({i == 0 ? "h=" : "", header.names[i], last ? "; " : ":"});
  }
  field.put({"bh=", body_hash, "; "});
  field.put({"b="});
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
  std::string room;
  std::string body_hash;
  mime::append_base64(body_hash, sha256(relaxed_body(message.substr(body_at), room)), 0);
  std::string out;
  out.reserve(signers.size() * kRoomForField);
  std::string data = header.text;
  std::string signature;
  for (const Signer* signer : signers) {
    const std::size_t begin = out.size();
    Folder field(out);
    begin_field(field, *signer, header, body_hash, now);
    // The field itself is signed too, without a signature and without a line end (§3.7).
    data.resize(header.text.size());
    append_relaxed(data, {kName.substr(0, kName.size() - 1),
                          std::string_view(out).substr(begin + kName.size())});
    const auto raw = signer->key.sign(data);
    if (!raw) return tl::unexpected<Error>(raw.error());
    signature.clear();
    mime::append_base64(signature, *raw, 0);
    field.fill(signature);
    out += "\r\n";
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
