#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "judged.h"

/// A regular file to be read by who judges it.
struct FoundFile {
  std::string path;
  std::size_t size = 0;
  bool maildir = false;  ///< one mail of a Maildir
  std::string trouble;   ///< instead: why it cannot be read
};

/// Mails that are judged together: enough of them that handing them over costs nothing.
struct Batch {
  struct Piece {
    std::size_t begin;
    std::size_t length;
    bool cut;
    bool quoted;                ///< mime::MboxMail::quoted
    std::uint64_t line = 0;     ///< of an event: where it stands
    std::string_view why = {};  ///< of an event that breaks off: what is wrong
  };
  std::string bytes;  ///< holds the pieces
  std::vector<Piece> pieces;
  bool events = false;           ///< the pieces are events of mail services, not mails
  std::string name;              ///< where they were read, for messages
  std::string file;              ///< and for records
  std::vector<FoundFile> files;  ///< instead of pieces: to be read by the worker
  /// Filled by the worker: the Maildir mails among `files` that have something written about them.
  std::vector<std::size_t> told;

  [[nodiscard]] bool empty() const { return pieces.empty() && files.empty(); }
  /// Bytes that it needs in memory until it was delivered.
  [[nodiscard]] std::size_t weight() const;
};

/// Judges batches in several threads and delivers what they came to in the order in which they were
/// submitted. The thread that submits is one of them: it judges too when too much is under way,
/// which bounds what is kept. The others are started when a second batch comes, so that one mail
/// costs none.
class Pipeline {
 public:
  using Work = std::function<Judged(Batch&)>;
  /// Called on the thread that submits. False to stop: nothing is delivered any more.
  using Deliver = std::function<bool(Judged&&, Batch&)>;

  Pipeline(std::size_t threads, Work work, Deliver deliver);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// False once `deliver` has said to stop.
  bool submit(Batch batch);
  /// Waits until all is delivered. Same return.
  bool drain();

 private:
  struct Job {
    Batch batch;
    Judged judged;
    std::size_t weight = 0;
    bool taken = false;
    bool done = false;
  };
  void start();
  bool judge_one(std::unique_lock<std::mutex>& lock);
  void work();
  void deliver_first();

  std::size_t most_threads_;
  Work work_;
  Deliver deliver_;
  bool going_ = true;
  std::size_t weight_ = 0;  ///< of all jobs

  std::mutex mutex_;
  std::condition_variable to_do_;
  std::condition_variable done_;
  std::deque<std::unique_ptr<Job>> jobs_;  ///< in the order submitted
  bool ending_ = false;
  std::vector<std::thread> threads_;
};
