#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/log.h"
#include "letter/template.h"
#include "message_maker.h"
#include "options.h"
#include "preflight/catalogue.h"
#include "preflight/gathered.h"
#include "preflight/message.h"
#include "recipients.h"
#include "relay_findings.h"

/// Looks at what would be sent, and gathers what receivers would mind about it.
class Check {
 public:
  /// `options` must outlive it. Texts of findings are in `lang`.
  Check(const Options& options, std::string_view lang);

  /// What is seen before a template can be parsed: it refuses lists of recipients.
  void source(const hagaki::letter::TemplateFiles& files);
  /// The message as the template makes it for nobody in particular: each field shows its own name,
  /// sections are shown. `settings` are the campaign's; `files` and `additions` are what `message`
  /// was parsed from.
  void sample(const hagaki::letter::Template& message, const hagaki::letter::TemplateFiles& files,
              const hagaki::letter::Additions& additions, MessageMaker::Settings settings);
  /// The messages of the first recipients, kMost at most. Whose cannot be made are told to `log`.
  void recipients(Recipients& recipients, MessageMaker& maker, hagaki::cli::Log& log);
  /// Lets the scanner of --clamd look at the sample.
  void scan_sample();
  /// A finished mail; `whose` names it where there are several.
  void message(std::string_view bytes, std::string_view whose = {});
  /// Whether one recipient's message, which has parts of its own, may go: Error::Denied names what
  /// is wrong with it and not to be ignored, a scanner that cannot say included. From any thread.
  [[nodiscard]] hagaki::Result<void> may_go(std::string_view bytes) const;
  /// Findings from elsewhere, about who sends.
  void add(const std::vector<hagaki::preflight::Finding>& findings) { gathered_.add(findings); }

  /// True where a finding that is not to be ignored is an error.
  [[nodiscard]] bool has_errors() const;
  /// Tells each as a line, as a campaign that begins does; those to be ignored are left out.
  void tell(hagaki::cli::Log& log) const;

  [[nodiscard]] bool is_ignored(const hagaki::preflight::Id& id) const;
  [[nodiscard]] std::vector<hagaki::preflight::Gathered::Entry> entries() const {
    return gathered_.entries(catalogue_);
  }
  [[nodiscard]] const hagaki::preflight::Catalogue& catalogue() const { return catalogue_; }
  /// Messages that were looked at, samples not counted.
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  /// The largest of the messages and samples, and whether one of them needs SMTPUTF8 for other
  /// reasons than its recipient.
  [[nodiscard]] const SampleMessage& largest() const { return largest_; }
  /// True where there were more recipients than were looked at.
  [[nodiscard]] bool stopped_early() const { return stopped_early_; }

  static constexpr std::uint64_t kMost = 1000;

 private:
  void scan(std::string_view bytes, std::string_view whose);
  [[nodiscard]] std::optional<hagaki::preflight::Finding> scanned(std::string_view bytes) const;
  [[nodiscard]] hagaki::preflight::Context context() const;

  const Options& options_;
  hagaki::preflight::Catalogue catalogue_;
  hagaki::preflight::Gathered gathered_;
  SampleMessage largest_;
  std::string sample_;
  std::uint64_t messages_ = 0;
  bool stopped_early_ = false;
};
