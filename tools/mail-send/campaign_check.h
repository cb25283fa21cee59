#pragma once

#include <optional>
#include <vector>

#include "check.h"
#include "check_report.h"
#include "cli/app.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "dkim/signature.h"
#include "dns/ip.h"
#include "letter/template.h"
#include "message_maker.h"
#include "options.h"

/// What is looked at before a campaign begins, and what --check answers.
class CampaignCheck {
 public:
  /// All must outlive it.
  CampaignCheck(const Options& options, const hagaki::cli::CommonOptions& common,
                hagaki::cli::Output& out, hagaki::cli::Log& log)
      : options_(options), common_(common), out_(out), log_(log) {}

  /// What DNS says about who sends, for campaigns that go out and for --check. An exit code where
  /// the run must end.
  std::optional<hagaki::cli::Exit> sender(Check& checks, const hagaki::letter::Template& message,
                                          const std::vector<hagaki::dkim::Signer>& signers);
  /// Tells preflight's findings; then whether a return path can be made and a key is for the
  /// sender. An exit code where the run must end.
  std::optional<hagaki::cli::Exit> may_begin(const Check& checks,
                                             const hagaki::letter::Template& message,
                                             const std::vector<hagaki::dkim::Signer>& signers);
  /// Whether may_begin() found errors that a dry run only tells.
  [[nodiscard]] bool failed() const { return failed_; }

  /// Of several source addresses those that blocklists hold, where the others are to be used
  /// instead (--on-block next-source).
  [[nodiscard]] const std::vector<hagaki::dns::IpAddress>& left_out() const { return left_out_; }

  /// --check: prints what was found, which is the answer.
  hagaki::cli::Exit answer(const Check& checks);
  /// --check with --message.
  hagaki::cli::Exit mail();
  /// --check of a template: the recipients that are given and the relays besides.
  hagaki::cli::Exit campaign(Check& checks, const hagaki::letter::Template& message,
                             const std::vector<hagaki::dkim::Signer>& signers,
                             MessageMaker::Settings making);
  /// --list-findings.
  hagaki::cli::Exit list_findings();

 private:
  [[nodiscard]] hagaki::Result<void> can_be_sent(
      const hagaki::letter::Template& message,
      const std::vector<hagaki::dkim::Signer>& signers) const;
  [[nodiscard]] ReportStyle style() const;
  void leave_out_listed(std::vector<hagaki::preflight::Finding>& findings);
  hagaki::cli::Exit ends(const hagaki::Error& error);

  const Options& options_;
  const hagaki::cli::CommonOptions& common_;
  hagaki::cli::Output& out_;
  hagaki::cli::Log& log_;
  bool failed_ = false;
  std::vector<hagaki::dns::IpAddress> left_out_;
};
