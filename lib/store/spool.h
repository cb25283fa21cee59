#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace hagaki::store {

/// Records that wait on disk instead of in memory: any number of queues in one file that has no
/// name and goes with its owner. Nothing is kept beyond the process: what must outlive it stands in
/// the journal. The room of records that were taken out is given back in blocks, where the file
/// system can have holes in files, so that the disk holds those who wait and not all who ever did.
class Spool {
 public:
  /// First in, first out. A few numbers, however many records are in it; those of one spool.
  struct Queue {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::uint64_t count = 0;
  };

  /// Makes the file in `folder` when the first record comes.
  explicit Spool(std::string folder) : folder_(std::move(folder)) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Error::Io when the file cannot be made or written; the queue is as before.
  Result<void> push(Queue& queue, std::string_view record);
  /// Takes out the record that came first; nothing when the queue is empty. Error::Io when it
  /// cannot be read; it stays in the queue.
  Result<std::optional<std::string>> pop(Queue& queue);
  /// Records in all queues.
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  Result<void> open();
  void hold(std::uint64_t at, std::uint64_t size);
  void give_back(std::uint64_t at, std::uint64_t size);

  std::string folder_;
  int fd_ = -1;
  std::uint64_t end_ = 0;  // of the file's records
  std::uint64_t count_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> held_;  // by block: records that reach into it
};

}  // namespace hagaki::store
