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

std::string evidence_array(const Decision& decision) {
  std::string out = "[";
  for (const auto& piece : decision.evidence) {
    if (out.size() > 1) out += ',';
    out += piece;
  }
  return out + ']';
}

}  // namespace hagaki::rules
