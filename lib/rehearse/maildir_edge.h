#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>

#include "rehearse/edge.h"

namespace hagaki::rehearse {

/// A Maildir that files are put into: written under tmp/, then moved to new/. Not synced to disk:
/// a rehearsal outlives no crash.
class Maildir {
 public:
  /// Makes the folder and its tmp, new and cur where they are missing. Error::Io when it cannot.
  static Result<Maildir> open(const std::string& path);
  /// One that is known to be there.
  explicit Maildir(std::string path) : path_(std::move(path)) {}
  /// Stores `head` (header lines with "\n") and `message`, CRLF made "\n".
  Result<void> add(std::string_view head, std::string_view message, Timestamp time);

 private:
  std::string path_;
};

/// The Edge of the tool: Maildirs on disk.
class MaildirEdge : public Edge {
 public:
  struct Options {
    std::string root;     ///< accepted mail goes to root/domain/user; empty = it is only counted
    std::string bounces;  ///< Maildir for all bounces; empty = they are sent as mail
  };
  using Log = std::function<void(const Happening&)>;
  /// Sends a bounce on its way; see bounce().
  using SendBounce = std::function<void(std::string_view to, std::string_view message)>;

  /// Makes the folders. Error::Io when it cannot. `log` and `send_bounce` may be empty.
  static Result<MaildirEdge> open(Options options, Log log, SendBounce send_bounce);

  Result<void> deliver(const Delivery& delivery) override;
  bool bounce(std::string_view to, std::string_view message, Timestamp time) override;
  void happened(const Happening& happening) override;

  /// What could not be stored, since the start.
  [[nodiscard]] std::uint64_t failures() const { return failures_; }
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

 private:
  MaildirEdge(Options options, Log log, SendBounce send_bounce);
  Options options_;
  Log log_;
  SendBounce send_bounce_;
  std::optional<Maildir> bounces_;
  std::unordered_set<std::string> made_;
  std::uint64_t failures_ = 0;
  std::string last_failure_;
};

/// `name` as one path component: bytes other than letters, digits and "._+=@-" as %XX, no leading
/// dot, lower case, at most 200 bytes.
std::string path_component(std::string_view name);

}  // namespace hagaki::rehearse
