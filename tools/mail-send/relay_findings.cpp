#include "relay_findings.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "net/loop.h"
#include "net/smtp_connector.h"
#include "relays.h"

using namespace hagaki;
using preflight::Finding;

namespace {

/// What one relay is asked.
class RelayCheck {
 public:
  RelayCheck(std::string name, const SampleMessage& sample, bool wants_tls)
      : name_(std::move(name)), sample_(sample), wants_tls_(wants_tls) {}

  void start(net::SmtpConnector& connector, const net::SmtpTarget& target,
             std::function<void()> done) {
    done_ = std::move(done);
    net::SmtpConnection::Callbacks callbacks;
    callbacks.opened = [this](const net::SmtpOpened& opened) { on_opened(opened); };
    callbacks.refused = [this](const net::SmtpRefused& refused) { on_refused(refused); };
    connection_ = connector.connect(target, std::move(callbacks));
  }

  /// Closes the session. What is still open by then was not answered.
  void end() {
    if (!over_) findings.push_back({"relay-unreachable", name_ + ": no answer in time", true});
    connection_.reset();
  }

  std::vector<Finding> findings;

 private:
  void add(preflight::Id id, const std::string& detail) {
    findings.push_back({id, name_ + ": " + detail});
  }

  void on_opened(const net::SmtpOpened& opened) {
    const auto& can = opened.capabilities;
    if (can.max_size > 0 && sample_.octets > can.max_size) {
      add("relay-size", fmt::format("{} octets, its limit is {}", sample_.octets, can.max_size));
    }
    if (sample_.needs_smtputf8 && !can.smtputf8) {
      add("relay-no-smtputf8", "SMTPUTF8 is not offered");
    }
    if (wants_tls_ && opened.tls == "unverified") {
      add("relay-unverified", "the certificate is not valid for this name");
    }
    // A server that is left without a word writes a warning into its log.
    if (const auto sent = connection_->write("QUIT\r\n"); !sent) connection_.reset();
    finish();
  }

  void on_refused(const net::SmtpRefused& refused) {
    const std::string words =
        refused.reply ? fmt::format("{} {}", refused.reply->code, squeeze(refused.reply->text))
                      : refused.message;
    const std::string detail = printable(words);
    if (refused.phase == "auth") {
      add("relay-login", detail);
    } else if (refused.phase == "tls") {
      add("relay-certificate", detail);
    } else if (refused.reply && refused.reply->permanent()) {
      add("relay-refuses", detail);
    } else {
      add("relay-unreachable", detail);
    }
    finish();
  }

  void finish() {
    over_ = true;
    done_();
  }

  std::string name_;
  const SampleMessage& sample_;
  bool wants_tls_;
  std::unique_ptr<net::SmtpConnection> connection_;
  std::function<void()> done_;
  bool over_ = false;
};

net::SmtpTls level(delivery::Tls tls) {
  if (tls == delivery::Tls::None) return net::SmtpTls::None;
  return tls == delivery::Tls::May ? net::SmtpTls::May : net::SmtpTls::Require;
}

}  // namespace

Result<std::vector<Finding>> relay_findings(const Options& options, const SampleMessage& sample,
                                            std::chrono::milliseconds limit) {
  const auto relays = read_relays(options);
  if (!relays) return tl::unexpected<Error>(relays.error());
  const auto tls = tls_level(options, *relays);
  if (!tls) return tl::unexpected<Error>(tls.error());
  const auto helo = helo_name(options);
  if (!helo) return tl::unexpected<Error>(helo.error());

  const auto& sources = options.sources.pool.all();
  net::Loop loop;
  net::SmtpConnector connector(loop);
  std::vector<std::unique_ptr<RelayCheck>> checks;
  std::size_t open = relays->size();
  for (const auto& relay : *relays) {
    net::SmtpTarget target;
    target.host = relay.host;
    target.port = relay.port;
    target.implicit_tls = relay.implicit_tls;
    const auto its_tls = relay.tls.value_or(*tls);
    target.tls = level(its_tls);
    target.ca_file = options.ca_file;
    target.helo = *helo;
    if (!sources.empty()) {
      target.source_ip = sources.front().ip.text();
      if (!sources.front().helo.empty()) target.helo = sources.front().helo;
    }
    target.user = relay.user;
    target.password = relay.password;
    target.connect_timeout = target.greeting_timeout = limit;
    auto& check = checks.emplace_back(std::make_unique<RelayCheck>(
        fmt::format("{}:{}", relay.host, relay.port), sample, its_tls == delivery::Tls::May));
    check->start(connector, target, [&] {
      if (--open == 0) loop.stop();
    });
  }
  net::Timer deadline(loop);
  deadline.start(limit, [&loop] { loop.stop(); });
  if (open > 0) loop.run();
  deadline.stop();
  std::vector<Finding> findings;
  for (const auto& check : checks) {
    check->end();
    for (Finding& finding : check->findings) findings.push_back(std::move(finding));
  }
  return findings;
}
