#include "rehearse/replies.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"
#include "rehearse/document.h"

HAGAKI_EMBEDDED(provider_replies_toml)

namespace hagaki::rehearse {
namespace {

constexpr std::array<std::string_view, 13> kKinds = {
    "authentication", "blocked",      "busy", "connections", "content", "full", "greylist", "rate",
    "recipients",     "relay-denied", "size", "suspended",   "unknown"};

constexpr std::string_view kDefaultProvider = "postfix";

/// Length of "5.1.1" at the start of `s`; 0 when it has none.
std::size_t status_length(std::string_view s) {
  std::size_t at = 0;
  for (int part = 0; part < 3; ++part) {
    const std::size_t begin = at;
    while (at < s.size() && is_digit(s[at]) && at - begin < 3) ++at;
    if (at == begin || (part == 0 && at - begin != 1)) return 0;
    if (part < 2) {
      if (at >= s.size() || s[at] != '.') return 0;
      ++at;
    }
  }
  return at == s.size() || s[at] == ' ' ? at : 0;
}

void append_fact(std::string& out, std::string_view fact) {
  for (const char c : fact)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
}

}  // namespace

Result<Replies> Replies::parse(std::string_view toml, const std::string& name) {
  auto root = parse_document(toml, name);
  if (!root) return tl::unexpected(root.error());
  Replies replies;
  std::optional<Error> error;
  for (std::size_t i = 0; i < root->keys.size(); ++i) {
    auto& kinds = replies.table_[root->keys[i]];
    for (std::size_t j = 0; j < root->children[i].keys.size(); ++j) {
      const std::string& kind = root->children[i].keys[j];
      Fields row(root->children[i].children[j], name, error);
      std::string reply;
      std::string source;
      row.text("reply", reply);
      row.text("source", source);
      row.done();
      if (!knows_kind(kind)) row.wrong(nullptr, "unknown kind of reply " + kind);
      if (!valid_refusal(reply)) row.wrong(nullptr, "not a refusal: " + reply);
      if (source.empty()) row.wrong(nullptr, "a reply needs its source");
      kinds[kind] = reply;
    }
  }
  if (error) return tl::unexpected(*error);
  for (const auto kind : kKinds)
    if (replies.find(kDefaultProvider, kind).empty())
      return fail(ErrorCode::Config, "no reply of postfix for " + std::string(kind), name);
  return replies;
}

const Replies& Replies::builtin() {
  static const Replies replies =
      parse(embedded::provider_replies_toml, "provider-replies.toml").value_or(Replies{});
  return replies;
}

std::string_view Replies::find(std::string_view provider, std::string_view kind) const {
  for (const auto who : {provider, kDefaultProvider}) {
    const auto row = table_.find(who);
    if (row == table_.end()) continue;
    const auto reply = row->second.find(kind);
    if (reply != row->second.end()) return reply->second;
  }
  return {};
}

bool Replies::knows_provider(std::string_view provider) const {
  return table_.find(provider) != table_.end();
}

bool Replies::knows_kind(std::string_view kind) {
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::string fill_reply(std::string_view reply, const ReplyFacts& facts) {
  const std::size_t at = facts.recipient.rfind('@');
  const bool has_at = at != std::string_view::npos;
  const std::array<std::pair<std::string_view, std::string_view>, 6> names = {{
      {"{recipient}", facts.recipient},
      {"{local}", has_at ? facts.recipient.substr(0, at) : facts.recipient},
      {"{domain}", has_at ? facts.recipient.substr(at + 1) : std::string_view()},
      {"{sender}", facts.sender},
      {"{ip}", facts.ip},
      {"{host}", facts.host},
  }};
  std::string out;
  for (std::size_t i = 0; i < reply.size();) {
    const auto hit = std::find_if(names.begin(), names.end(), [&](const auto& name) {
      return reply.substr(i, name.first.size()) == name.first;
    });
    if (hit == names.end()) {
      out += reply[i++];
    } else {
      append_fact(out, hit->second);
      i += hit->first.size();
    }
  }
  return out;
}

bool valid_refusal(std::string_view reply) {
  if (reply.size() < 5 || (reply[0] != '4' && reply[0] != '5') || !is_digit(reply[1]) ||
      !is_digit(reply[2]) || reply[3] != ' ' || !is_utf8(reply))
    return false;
  return std::none_of(reply.begin(), reply.end(), [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  });
}

std::string wire_reply(std::string_view reply) {
  const std::string_view code = reply.substr(0, 3);
  const std::string_view rest = reply.substr(std::min<std::size_t>(4, reply.size()));
  const std::size_t status = status_length(rest);
  const auto lines = split(rest, '\n');
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += code;
    out += i + 1 == lines.size() ? ' ' : '-';
    if (i > 0 && status > 0) out.append(rest.substr(0, status)).append(" ");
    out.append(lines[i]).append("\r\n");
  }
  return out;
}

std::string without_status(std::string_view reply) {
  const std::string_view rest = reply.substr(std::min<std::size_t>(4, reply.size()));
  std::size_t status = status_length(rest);
  if (status == 0) return std::string(reply);
  if (status < rest.size()) ++status;
  return std::string(reply.substr(0, 4)).append(rest.substr(status));
}

std::string diagnostic_reply(std::string_view reply) {
  std::string out = wire_reply(reply);
  for (std::size_t at = out.find("\r\n"); at != std::string::npos; at = out.find("\r\n", at))
    out.replace(at, 2, " ");
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string reply_status(std::string_view reply) {
  const std::string_view rest = reply.substr(std::min<std::size_t>(4, reply.size()));
  const std::size_t length = status_length(rest);
  if (length > 0) return std::string(rest.substr(0, length));
  return std::string(1, reply.empty() ? '5' : reply[0]) + ".0.0";
}

int reply_class(std::string_view reply) {
  return !reply.empty() && is_digit(reply[0]) ? reply[0] - '0' : 0;
}

}  // namespace hagaki::rehearse
