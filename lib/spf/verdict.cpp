#include "spf/verdict.h"

namespace hagaki::spf {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::None:
      return "none";
    case Verdict::Neutral:
      return "neutral";
    case Verdict::Pass:
      return "pass";
    case Verdict::Fail:
      return "fail";
    case Verdict::SoftFail:
      return "softfail";
    case Verdict::TempError:
      return "temperror";
    case Verdict::PermError:
      return "permerror";
  }
  return "none";
}

Verdict verdict_of(Qualifier qualifier) {
  switch (qualifier) {
    case Qualifier::Pass:
      return Verdict::Pass;
    case Qualifier::Fail:
      return Verdict::Fail;
    case Qualifier::SoftFail:
      return Verdict::SoftFail;
    case Qualifier::Neutral:
      break;
  }
  return Verdict::Neutral;
}

}  // namespace hagaki::spf
