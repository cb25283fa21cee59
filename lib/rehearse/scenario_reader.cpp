#include <algorithm>
#include <set>

#include "address/address.h"
#include "address/domain.h"
#include "base/text.h"
#include "rehearse/document.h"
#include "rehearse/ip.h"
#include "rehearse/scenario.h"

namespace hagaki::rehearse {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kMany = 1'000'000'000;

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  Result<Scenario> read(const Node& root) {
    Fields top(root, name_, error_);
    if (const Node* smtp = top.find("smtp")) read_smtp(*smtp);
    if (const Node* dns = top.find("dns")) read_dns(*dns);
    each(top, "domain", [this](const Node& node) { read_domain(node); });
    each(top, "host", [this](const Node& node) { read_host(node); });
    each(top, "dnsbl", [this](const Node& node) { read_blocklist(node); });
    top.done();
    if (!error_) complete(root);
    if (error_) return tl::unexpected(*error_);
    scenario_.replies = Replies::builtin();
    scenario_.index();
    return std::move(scenario_);
  }

 private:
  template <class F>
  void each(Fields& fields, std::string_view key, F read_one) {
    const Node* list = fields.find(key);
    if (list == nullptr) return;
    if (list->kind != Node::Kind::Array)
      return fields.wrong(list, std::string(key) + " is written [[" + std::string(key) + "]]");
    for (const Node& node : list->children) read_one(node);
  }

  /// `text` as a host or domain name in A-label form; an error at `node` when it is none. "*" and
  /// "*.suffix" pass where `wildcard`.
  std::string domain_name(Fields& fields, const Node* node, const std::string& text,
                          bool wildcard = false) {
    if (wildcard && text == "*") return text;
    const bool star = wildcard && text.starts_with("*.");
    const auto parsed = Domain::parse(star ? std::string_view(text).substr(2) : text);
    if (!parsed || parsed->is_literal()) {
      fields.wrong(node, "not a domain name: " + text);
      return {};
    }
    return (star ? "*." : "") + parsed->ascii();
  }

  std::string required_name(Fields& fields, std::string_view key, bool wildcard = false) {
    std::string text;
    fields.text(key, text);
    if (!text.empty()) return domain_name(fields, fields.find(key), text, wildcard);
    fields.wrong(nullptr, std::string(key) + " is missing");
    return {};
  }

  template <class Unit>
  void duration(Fields& fields, std::string_view key, Unit& out, std::int64_t max) {
    auto count = static_cast<std::int64_t>(out.count());
    fields.number(key, count, 0, max);
    out = Unit(count);
  }

  static void dns_state(Fields& fields, std::string_view key, DnsState& out) {
    fields.choice<DnsState>(key, out,
                            {{"ok", DnsState::Ok},
                             {"no-domain", DnsState::NoDomain},
                             {"no-mail-host", DnsState::NoMailHost},
                             {"null-mx", DnsState::NullMx},
                             {"servfail", DnsState::ServFail},
                             {"refused", DnsState::Refused},
                             {"timeout", DnsState::Timeout}});
  }

  void read_smtp(const Node& node) {
    Fields f(node, name_, error_);
    using S = Scenario;
    f.choice<S::Store>("store", scenario_.store,
                       {{"maildir", S::Store::Maildir}, {"count", S::Store::Count}});
    f.choice<S::Relay>(
        "relay", scenario_.relay,
        {{"immediate", S::Relay::Immediate}, {"queue", S::Relay::Queue}, {"off", S::Relay::Off}});
    if (f.find("relay_name") != nullptr) scenario_.relay_name = required_name(f, "relay_name");
    duration(f, "queue_retry_ms", scenario_.queue_retry, kDay * 1000);
    duration(f, "queue_lifetime_ms", scenario_.queue_lifetime, 30 * kDay * 1000);
    f.done();
  }

  void read_dns(const Node& node) {
    Fields f(node, name_, error_);
    f.number("ttl", scenario_.ttl, 0, 7 * kDay);
    dns_state(f, "unknown_names", scenario_.unknown_names);
    f.texts("records", scenario_.dns_records);
    f.done();
  }

  void read_domain(const Node& node) {
    Fields f(node, name_, error_);
    DomainRule rule;
    rule.name = required_name(f, "name", true);
    dns_state(f, "dns", rule.dns);
    std::vector<std::string> mx;
    f.texts("mx", mx);
    for (const std::string& text : mx) read_mx(f, text, rule);
    if (f.find("host") != nullptr) rule.implicit_host = required_name(f, "host");
    if (rule.dns == DnsState::Ok && rule.mx.empty() && rule.implicit_host.empty())
      f.wrong(nullptr, rule.name + " needs mx, host or dns");
    read_mailboxes(f, rule);
    f.done();
    scenario_.domains.push_back(std::move(rule));
  }

  /// "10 mx1.example", or the host alone.
  void read_mx(Fields& f, const std::string& text, DomainRule& rule) {
    MxTarget mx;
    const std::string squeezed = squeeze(text);
    const auto words = split(squeezed, ' ');
    if (words.size() == 2) {
      const auto preference = parse_unsigned(words[0], 65535);
      if (!preference) return f.wrong(f.find("mx"), "not an MX (\"10 host\"): " + text);
      mx.preference = static_cast<std::uint16_t>(*preference);
    } else if (words.size() != 1) {
      return f.wrong(f.find("mx"), "not an MX (\"10 host\"): " + text);
    }
    mx.host = domain_name(f, f.find("mx"), std::string(words.back()));
    rule.mx.push_back(std::move(mx));
  }

  void read_mailboxes(Fields& f, DomainRule& rule) {
    const auto add = [&](const std::string& pattern, Fate fate, Moment moment,
                         const std::string& target = {}) {
      rule.mailboxes.push_back({ascii_lower(pattern), fate, moment, target});
    };
    struct List {
      std::string_view key;
      Fate fate;
      Moment moment;
    };
    constexpr List kLists[] = {{"unknown", Fate::Unknown, Moment::Rcpt},
                               {"unknown_later", Fate::Unknown, Moment::Later},
                               {"full", Fate::Full, Moment::Rcpt},
                               {"full_later", Fate::Full, Moment::Later},
                               {"suspended", Fate::Suspended, Moment::Rcpt},
                               {"suspended_later", Fate::Suspended, Moment::Later}};
    for (const List& list : kLists) {
      std::vector<std::string> patterns;
      f.texts(list.key, patterns);
      for (const std::string& pattern : patterns) add(pattern, list.fate, list.moment);
    }
    constexpr std::pair<std::string_view, Moment> kReplies[] = {
        {"reply", Moment::Rcpt}, {"reply_body", Moment::Body}, {"reply_later", Moment::Later}};
    for (const auto& [key, moment] : kReplies) {
      std::vector<std::pair<std::string, std::string>> rows;
      f.pairs(key, rows);
      for (const auto& [pattern, reply] : rows) {
        if (!valid_refusal(reply)) f.wrong(f.find(key), "not a refusal: " + reply);
        if (moment == Moment::Later && reply_class(reply) != 5)
          f.wrong(f.find(key), "what bounces later needs a 5xx reply: " + reply);
        add(pattern, Fate::Reply, moment, reply);
      }
    }
    std::vector<std::pair<std::string, std::string>> forwards;
    f.pairs("forward", forwards);
    for (const auto& [pattern, target] : forwards) {
      if (!Address::parse(target)) f.wrong(f.find("forward"), "not an address: " + target);
      add(pattern, Fate::Forward, Moment::Later, target);
    }
    std::vector<std::string> good;
    f.texts("mailboxes", good);
    if (good.size() == 1 && good[0] == "any") {
      rule.any = true;
    } else {
      for (const std::string& pattern : good) add(pattern, Fate::Deliver, Moment::Rcpt);
    }
    f.choice<bool>("unknown_users", rule.unknown_later, {{"refuse", false}, {"bounce", true}});
  }

  void read_host(const Node& node) {
    Fields f(node, name_, error_);
    Host host;
    host.name = required_name(f, "name");
    f.text("address", host.address);
    if (!host.address.empty() && !is_loopback4(host.address))
      f.wrong(f.find("address"), "not an address in 127.0.0.0/8: " + host.address);
    f.text("address6", host.address6);
    if (!host.address6.empty() && host.address6 != "::1")
      f.wrong(f.find("address6"), "only ::1 is a loopback address");
    f.flag("down", host.down);
    f.text("provider", host.provider);
    if (!host.provider.empty() && !Replies::builtin().knows_provider(host.provider))
      f.wrong(f.find("provider"), "no replies are known of provider " + host.provider);
    f.pairs("replies", host.replies);
    for (const auto& [kind, reply] : host.replies) {
      if (!Replies::knows_kind(kind)) f.wrong(f.find("replies"), "unknown kind of reply " + kind);
      if (!valid_refusal(reply)) f.wrong(f.find("replies"), "not a refusal: " + reply);
    }
    duration(f, "greylist_s", host.greylist, kDay);
    duration(f, "greeting_delay_ms", host.greeting_delay, 3600'000);
    duration(f, "reply_delay_ms", host.reply_delay, 3600'000);
    duration(f, "body_delay_ms", host.body_delay, 3600'000);
    f.number("max_connections", host.max_connections, 0, kMany);
    f.number("busy_connections", host.busy_connections, 0, kMany);
    f.number("busy_transactions", host.busy_transactions, 0, kMany);
    duration(f, "busy_s", host.busy, kDay);
    f.number("rate_messages", host.rate_messages, 0, kMany);
    duration(f, "rate_window_s", host.rate_window, kDay);
    f.number("max_messages", host.max_messages, 0, kMany);
    f.number("max_recipients", host.max_recipients, 0, kMany);
    f.number("drop_bodies", host.drop_bodies, 0, kMany);
    f.texts("refuse_ips", host.refuse_ips);
    for (const std::string& cidr : host.refuse_ips)
      if (!IpRange::parse(cidr)) f.wrong(f.find("refuse_ips"), "not an address range: " + cidr);
    f.choice<Host::RefuseAt>("refuse_at", host.refuse_at,
                             {{"greeting", Host::RefuseAt::Greeting},
                              {"mail", Host::RefuseAt::Mail},
                              {"rcpt", Host::RefuseAt::Rcpt}});
    f.number("refuse_after", host.refuse_after, 0, kMany);
    f.text("refuse_as", host.refuse_as);
    if (!Replies::knows_kind(host.refuse_as))
      f.wrong(f.find("refuse_as"), "unknown kind of reply " + host.refuse_as);
    f.flag("refuse_content", host.refuse_content);
    f.flag("refuse_unsigned", host.unauthenticated);
    f.number("size_limit", host.size_limit, 1024, 1 << 30);
    f.flag("pipelining", host.pipelining);
    f.flag("smtputf8", host.smtputf8);
    f.flag("eight_bit", host.eight_bit);
    f.flag("enhanced_codes", host.enhanced_codes);
    f.choice<BounceStyle>("bounce_style", host.bounce_style,
                          {{"rfc3464", BounceStyle::Rfc3464}, {"plain", BounceStyle::Plain}});
    f.done();
    scenario_.hosts.push_back(std::move(host));
  }

  void read_blocklist(const Node& node) {
    Fields f(node, name_, error_);
    Blocklist list;
    list.zone = required_name(f, "zone");
    dns_state(f, "dns", list.dns);
    std::vector<std::string> codes{"127.0.0.2"};
    std::string text;
    std::vector<std::string> targets;
    f.texts("codes", codes);
    f.text("text", text);
    f.texts("listed", targets);
    for (const std::string& target : targets) list.listed.push_back({target, codes, text});
    each(f, "entry", [&](const Node& entry) {
      Fields e(entry, name_, error_);
      Listing listing{{}, codes, text};
      e.text("target", listing.target);
      e.texts("codes", listing.codes);
      e.text("text", listing.text);
      e.done();
      list.listed.push_back(std::move(listing));
    });
    for (Listing& listing : list.listed) {
      for (const std::string& code : listing.codes)
        if (!is_loopback4(code)) f.wrong(nullptr, "a return code is in 127.0.0.0/8: " + code);
      if (!IpRange::parse(listing.target)) listing.target = domain_name(f, nullptr, listing.target);
    }
    f.done();
    scenario_.blocklists.push_back(std::move(list));
  }

  /// Adds the hosts that are only named, gives addresses, and looks for what contradicts itself.
  void complete(const Node& root) {
    Fields top(root, name_, error_);
    std::set<std::string> hosts;
    std::set<std::string> domains;
    std::set<std::string> addresses;
    for (const Host& host : scenario_.hosts) {
      if (!hosts.insert(host.name).second) top.wrong(nullptr, "host twice: " + host.name);
      if (!host.address.empty() && !addresses.insert(host.address).second)
        top.wrong(nullptr, "two hosts have the address " + host.address);
      if (!host.address6.empty() && !addresses.insert(host.address6).second)
        top.wrong(nullptr, "two hosts have the address " + host.address6);
    }
    for (const DomainRule& rule : scenario_.domains) {
      if (!domains.insert(rule.name).second) top.wrong(nullptr, "domain twice: " + rule.name);
      for (const MxTarget& mx : rule.mx)
        if (hosts.insert(mx.host).second) add_host(mx.host);
      if (!rule.implicit_host.empty() && hosts.insert(rule.implicit_host).second)
        add_host(rule.implicit_host);
    }
    unsigned next = 1;
    for (Host& host : scenario_.hosts) {
      while (host.address.empty()) {
        if (next > 60000) return top.wrong(nullptr, "too many hosts");
        // 0 and 255 as last octet look like network and broadcast addresses to some software.
        std::string candidate =
            "127.25." + std::to_string(next / 254) + "." + std::to_string(next % 254 + 1);
        ++next;
        if (addresses.insert(candidate).second) host.address = std::move(candidate);
      }
    }
  }

  void add_host(const std::string& name) {
    Host host;
    host.name = name;
    scenario_.hosts.push_back(std::move(host));
  }

  const std::string& name_;
  std::optional<Error> error_;
  Scenario scenario_;
};

}  // namespace

Result<Scenario> parse_scenario(std::string_view toml, const std::string& name) {
  auto root = parse_document(toml, name);
  if (!root) return tl::unexpected(root.error());
  return Reader(name).read(*root);
}

}  // namespace hagaki::rehearse
