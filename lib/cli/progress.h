#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki::cli {

/// A line on stderr that shows how far a long run is, rewritten a few times a second. Silent unless
/// stderr is a terminal and the tool is not `quiet`. Call done() (or destroy it) before other
/// output goes to stderr.
class Progress {
 public:
  /// `unit` stands behind counts: "recipients".
  Progress(std::string unit, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Whether anything is shown at all.
  [[nodiscard]] bool active() const { return active_; }

  /// Shows `count` so far, of `total` where that is known, and `note` (remote text is made safe).
  void update(std::uint64_t count, std::optional<std::uint64_t> total = std::nullopt,
              std::string_view note = {});
  /// Shows this line instead (remote text is made safe).
  void show(std::string_view line);
  /// Wipes the line.
  void done();

  /// What update() shows: "1200/5000 recipients, 350/s, 11 s left, note". Pure; for tests.
  static std::string text(std::string_view unit, std::uint64_t count,
                          std::optional<std::uint64_t> total, double elapsed_seconds,
                          std::string_view note);

 private:
  std::string unit_;
  bool active_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace hagaki::cli
