#include "base/ordered_pool.h"

#include <sched.h>

namespace hagaki {

std::size_t usable_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) {
    // More cores than the set has room for.
    return std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  }
  return static_cast<std::size_t>(std::max(CPU_COUNT(&cores), 1));
}

}  // namespace hagaki
