#include "net/mailbox.h"

#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "net/curl_stream.h"
#include "net/imap_mailbox.h"
#include "net/pop3_mailbox.h"
#include "net/url.h"

namespace hagaki::net {
namespace {

struct Scheme {
  std::string_view name;
  MailboxTarget::Protocol protocol;
  bool implicit_tls;
  std::uint16_t port;
};

constexpr Scheme kSchemes[] = {
    {"imap", MailboxTarget::Protocol::Imap, false, 143},
    {"imaps", MailboxTarget::Protocol::Imap, true, 993},
    {"pop3", MailboxTarget::Protocol::Pop3, false, 110},
    {"pop3s", MailboxTarget::Protocol::Pop3, true, 995},
};

const Scheme* scheme_of(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return nullptr;
  for (const auto& scheme : kSchemes) {
    if (ascii_iequals(text.substr(0, end), scheme.name)) return &scheme;
  }
  return nullptr;
}

}  // namespace

bool is_mailbox_url(std::string_view text) {
  return scheme_of(text) != nullptr;
}

Result<MailboxTarget> parse_mailbox_url(std::string_view url) {
  const auto* scheme = scheme_of(url);
  if (scheme == nullptr) return fail(ErrorCode::Syntax, "no URL of a mailbox");
  MailboxTarget target;
  target.protocol = scheme->protocol;
  target.implicit_tls = scheme->implicit_tls;
  auto rest = url.substr(scheme->name.size() + 3);
  const auto slash = rest.find('/');
  auto authority = rest.substr(0, slash);
  const auto path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos || at == 0) {
    return fail(ErrorCode::Syntax,
                fmt::format("a URL of a mailbox names its user: {}://USER@HOST", scheme->name));
  }
  const auto user = authority.substr(0, at);
  if (user.find(':') != std::string_view::npos) {
    // The URL itself is not repeated: it holds the password.
    return fail(ErrorCode::Denied, "a password does not belong on the command line");
  }
  const auto name = percent_decode(user);
  if (!name) return fail(ErrorCode::Syntax, "bad user name in the URL of a mailbox");
  target.user = *name;
  auto server = parse_host_port(authority.substr(at + 1));
  if (!server) return fail(ErrorCode::Syntax, "bad host or port", printable(url));
  target.host = std::move(server->host);
  target.port = server->port.value_or(scheme->port);
  const auto folder = percent_decode(path);
  if (!folder || !is_utf8(*folder)) return fail(ErrorCode::Syntax, "bad folder", printable(url));
  if (target.protocol == MailboxTarget::Protocol::Imap) {
    target.folder = folder->empty() ? "INBOX" : *folder;
  } else if (!folder->empty()) {
    return fail(ErrorCode::Syntax, "POP3 has no folders", printable(url));
  }
  return target;
}

std::string mailbox_url(const MailboxTarget& target) {
  const auto* scheme = &kSchemes[0];
  for (const auto& one : kSchemes) {
    if (one.protocol == target.protocol && one.implicit_tls == target.implicit_tls) scheme = &one;
  }
  std::string url = fmt::format("{}://", scheme->name);
  append_percent_encoded(url, target.user);
  url += '@' + url_host(target.host);
  if (target.port != scheme->port) url += fmt::format(":{}", target.port);
  if (!target.folder.empty()) append_percent_encoded(url += '/', target.folder, "/");
  return url;
}

Result<void> visit_pop3(const MailboxTarget& target) {
  auto stream = connect_mailbox(target);
  if (!stream) return tl::unexpected<Error>(stream.error());
  // We are in already: how the server takes its leave does not matter, and nobody waits for it.
  (void)(*stream)->send("QUIT\r\n");
  return {};
}

Result<std::unique_ptr<Mailbox>> open_mailbox(const MailboxTarget& target,
                                              const MailboxAction& action, UidlMemory* memory,
                                              OnRefused refused) {
  auto stream = connect_mailbox(target);
  if (!stream) return tl::unexpected<Error>(stream.error());
  if (target.protocol == MailboxTarget::Protocol::Imap) {
    return open_imap(std::move(*stream), target.folder, action, std::move(refused));
  }
  return open_pop3(std::move(*stream), action, *memory, std::move(refused));
}

}  // namespace hagaki::net
