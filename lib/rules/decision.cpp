#include "rules/decision.h"

namespace hagaki::rules {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::Hold:
      return "hold";
    case Action::Notify:
      return "notify";
    case Action::Tag:
      return "tag";
    case Action::Drop:
      break;
  }
  return "drop";
}

}  // namespace hagaki::rules
