#pragma once

#include <string_view>

#include "store/journal.h"

namespace hagaki::delivery {

/// Whether a run leaves a recipient alone whom the journal knows by `standing` and the `event` of
/// the last outcome: the mail has its end, or nobody can know whether it arrived and nobody wants
/// it sent again (`retry_uncertain`). Who was held got nothing and is tried again.
[[nodiscard]] constexpr bool leaves_alone(store::Standing standing, std::string_view event,
                                          bool retry_uncertain) {
  // What is on its way when a run dies is uncertain, whatever came before.
  if (standing == store::Standing::Interrupted) return !retry_uncertain;
  if (standing != store::Standing::Done || event == "held") return false;
  return event != "uncertain" || !retry_uncertain;
}

}  // namespace hagaki::delivery
