#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace hagaki::store {

/// The file of marks beside a journal: fixed slots, each naming a try whose body was let out. Marks
/// are written but never synced: they live in the kernel's page cache and so outlive this process
/// (kill -9), not the machine. Where the file system writes in place, they are stored through a map
/// of the file, which is the same page cache without a system call; elsewhere a write that finds no
/// room must be able to fail. The file is also what a journal is locked by (flock).
class Marks {
 public:
  struct Mark {
    std::uint64_t id = 0;
    int attempt = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };

  /// Opens or creates `path` and locks it. Error::Retry when another process holds it,
  /// Error::Config when the file holds something else than marks, Error::Io.
  static Result<Marks> open(const std::string& path);
  /// Whether a process has the file open and locked. Who opens it in this instant does not notice.
  static bool locked(const std::string& path);
  ~Marks();
  Marks(Marks&& other) noexcept;
  Marks& operator=(Marks&&) = delete;

  /// Whether the file was ever tied to a journal.
  [[nodiscard]] bool used() const;
  /// The marks in the file; Error::NotFound when it was not written for the journal `nonce` (32
  /// hex digits), so that nothing can be concluded from it.
  [[nodiscard]] Result<std::vector<Mark>> read(const std::string& nonce) const;
  /// Takes all marks out and ties the file to `nonce`.
  Result<void> clear(const std::string& nonce, std::size_t slots);
  /// Writes one slot. False when the system would not take it.
  [[nodiscard]] bool set(std::size_t slot, Mark mark);

 private:
  explicit Marks(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  void map(std::size_t size);

  int fd_;
  std::string path_;
  char* map_ = nullptr;  // of the whole file; null: every mark is a write
  std::size_t mapped_ = 0;
};

/// The id of this boot of the machine; empty where the system does not tell.
std::string boot_id();

}  // namespace hagaki::store
