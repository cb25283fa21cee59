#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::harvest {

/// What may be unpacked of one zip file, all reads of its members together.
struct ZipBudget {
  std::size_t members = 10'000;
  std::uint64_t octets = 4ull << 30;
  std::uint64_t ratio = 200;  ///< times the size of the zip file, beyond `free_octets`
  std::uint64_t free_octets = 16u << 20;
};

/// The members of a zip file that is in memory, unpacked one at a time and piece by piece.
class ZipFile {
 public:
  /// Reads the list of members. `bytes` must outlive this. Error::Syntax where it is no whole zip
  /// file, Error::Unsupported where it is encrypted, Error::Limit where it has too many members.
  static Result<ZipFile> open(std::string_view bytes, const ZipBudget& budget = {});

  [[nodiscard]] bool has(std::string_view name) const;

  /// A member on its way out.
  class Member {
   public:
    Member();
    Member(Member&&) noexcept;
    Member& operator=(Member&&) noexcept;
    ~Member();
    /// The next octets, valid until the next call; none at the end. Error::Syntax where the member
    /// is damaged (its CRC among that), Error::Limit past the budget: a zip bomb.
    Result<std::string_view> read();

   private:
    friend class ZipFile;
    struct State;
    std::unique_ptr<State> state_;
  };

  /// Begins to unpack the member `name` (its first, where several have the name). Error::NotFound
  /// where there is none. The member takes from this file's budget.
  Result<Member> open_member(std::string_view name);

  /// All of the member `name`. Error::Limit where it is larger than `most`.
  Result<std::string> read_whole(std::string_view name, std::size_t most);

 private:
  std::string_view bytes_;
  std::vector<std::string> names_;
  std::shared_ptr<std::uint64_t> left_;  ///< octets that may still be unpacked
};

}  // namespace hagaki::harvest
