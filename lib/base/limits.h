#pragma once

#include <cstddef>

/// Bounds that hold everywhere. A reader that can meet more than one of these names it here.
namespace hagaki::limits {

inline constexpr std::size_t kRecordLine = 1u << 20;   ///< one JSON line, bytes
inline constexpr std::size_t kJsonDepth = 64;          ///< nesting inside a record
inline constexpr std::size_t kMailBytes = 64u << 20;   ///< one mail read by bounce-parse
inline constexpr std::size_t kMimeDepth = 16;          ///< nested parts
inline constexpr std::size_t kMimeParts = 1000;        ///< parts of one mail
inline constexpr std::size_t kHeaderBytes = 1u << 20;  ///< header section of one part
inline constexpr std::size_t kReplyLine = 4096;        ///< one SMTP reply line kept
inline constexpr std::size_t kReplyBytes = 64u << 10;  ///< one SMTP reply, all lines
inline constexpr std::size_t kDiagnostic = 2000;       ///< diagnostic text in a record, bytes
inline constexpr std::size_t kDataFile = 64u << 20;    ///< a policy, rule, zone, scenario file

}  // namespace hagaki::limits
