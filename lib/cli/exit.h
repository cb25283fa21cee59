#pragma once

#include "base/result.h"

namespace hagaki::cli {

class Log;
class Output;

/// Exit codes: sysexits(3), which mail systems obey, and 1 for "the answer is no".
enum class Exit {
  Ok = 0,
  No = 1,        ///< the answer is no (listed); never from a tool that a mail system runs
  Usage = 64,    ///< wrong command line
  Data = 65,     ///< some input was bad; the rest was processed
  NoInput = 66,  ///< an input could not be opened
  Unavailable = 69,
  Software = 70,
  CantCreate = 73,  ///< an output could not be created
  Io = 74,          ///< reading or writing failed
  TempFail = 75,    ///< try again later
  NoPerm = 77,
  Config = 78,  ///< configuration, policy, zone or scenario file is wrong
};

/// The exit code for an Error that ends a run.
Exit exit_for(ErrorCode code);

/// The exit code of a tool that has written what it had to: `exit`, also where nobody reads `out`
/// any more. Where writing failed that is told, and the code is Io. `out` has been flushed.
Exit written(const Output& out, Log& log, Exit exit);

}  // namespace hagaki::cli
