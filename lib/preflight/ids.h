#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace hagaki::preflight {

/// Ids of the findings about a message. Stable: scripts and --ignore know them.
inline constexpr auto kMessageIds = std::to_array<std::string_view>({
    "8bit-body",
    "8bit-header",
    "ascii-body",
    "ascii-subject",
    "attachment-disguised",
    "attachment-empty",
    "attachment-encrypted",
    "attachment-executable",
    "attachment-macros",
    "attachment-no-extension",
    "attachment-too-big",
    "attachment-unread",
    "bad-charset",
    "bad-date",
    "bad-from",
    "bad-link",
    "bad-list-unsubscribe",
    "bad-message-id",
    "bad-one-click",
    "bare-line-end",
    "data-image",
    "false-reply",
    "free-mail-from",
    "from-domain",
    "from-name-misleads",
    "html-clipped",
    "html-form",
    "html-frame",
    "html-only",
    "html-script",
    "image-only",
    "link-ip",
    "link-mismatch",
    "link-shortener",
    "link-userinfo",
    "long-line",
    "many-recipients",
    "message-too-big",
    "needs-smtputf8",
    "no-alt",
    "no-body",
    "no-date",
    "no-from",
    "no-html",
    "no-list-unsubscribe",
    "no-message-id",
    "no-one-click",
    "no-reply-from",
    "no-subject",
    "no-text",
    "no-to",
    "no-way-out",
    "nul",
    "repeated-header",
    "several-from",
    "unfilled-field",
    "unread",
    "unsubscribe-for-all",
    "unsubscribe-http",
});

/// Ids of the findings about who sends it, and from where.
inline constexpr auto kSenderIds = std::to_array<std::string_view>({
    "bounces-take-no-mail",
    "dkim-key-short",
    "dkim-other-key",
    "dkim-record-bad",
    "dkim-record-missing",
    "dkim-revoked",
    "dkim-testing",
    "dmarc-bad",
    "dmarc-missing",
    "dmarc-not-aligned",
    "dns-silent",
    "domain-listed",
    "domain-listed-elsewhere",
    "from-takes-no-mail",
    "helo-mismatch",
    "helo-not-fqdn",
    "ip-listed",
    "ip-listed-elsewhere",
    "not-aligned",
    "not-signed",
    "ptr-mismatch",
    "ptr-missing",
    "relay-certificate",
    "relay-login",
    "relay-no-smtputf8",
    "relay-refuses",
    "relay-size",
    "relay-unreachable",
    "relay-unverified",
    "reply-to-takes-no-mail",
    "sending-ip-unknown",
    "spf-bad",
    "spf-fail",
    "spf-missing",
    "spf-unsure",
    "virus",
});

/// The id of a finding: one of the above, which the compiler sees to. Each has a row in the
/// catalogue.
class Id {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an id is written as its text
  consteval Id(const char* text) : text_(text) {
    const auto among = [this](const auto& ids) {
      return std::find(ids.begin(), ids.end(), text_) != ids.end();
    };
    if (!among(kMessageIds) && !among(kSenderIds)) throw "no finding has this id";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }
  friend constexpr bool operator==(const Id&, const Id&) = default;

 private:
  std::string_view text_;
};

}  // namespace hagaki::preflight
