#include "batch.h"

std::size_t Batch::weight() const {
  std::size_t sum = bytes.size();
  for (const auto& found : files) sum += found.size + found.path.size();
  return sum;
}
