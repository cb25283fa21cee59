#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace hagaki {

/// What kind of expected failure this is; tools map it to an exit code (cli/exit.h).
enum class ErrorCode {
  Syntax,       ///< the input breaks its grammar
  Limit,        ///< a bound of ours was passed (line, depth, count)
  Io,           ///< a read or write failed, or an output cannot be opened
  NotFound,     ///< what was named does not exist
  Unopened,     ///< an input exists and cannot be opened: a directory, or not ours to read
  Unsupported,  ///< valid, but we or the other side cannot do it
  Config,       ///< an option, policy, zone or scenario file is wrong
  Retry,        ///< may work later
  Protocol,     ///< the other side broke its protocol
  Denied,       ///< refused: permissions, authentication, policy
};

/// An expected failure. `message` is a clause without a full stop; `context` says where
/// ("file:line", a host, a key) or is empty.
struct Error {
  ErrorCode code;
  std::string message;
  std::string context;

  /// "context: message", or the message alone.
  [[nodiscard]] std::string text() const {
    return context.empty() ? message : context + ": " + message;
  }
};

/// A value or an Error. Our one alias: std::expected is not in GCC 12's C++20.
template <class T>
using Result = tl::expected<T, Error>;

/// Makes the failed side of a Result.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string context = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(context)});
}

}  // namespace hagaki
