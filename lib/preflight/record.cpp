#include "preflight/record.h"

namespace hagaki::preflight {
namespace {

records::Object begin(const Row& row) {
  records::Object out;
  out.add("type", "finding")
      .add("v", 1)
      .add("id", row.id)
      .add("severity", severity_name(row.severity));
  return out;
}

void end(records::Object& out, const Row& row) {
  out.add("what", row.what)
      .add("receivers", row.receivers)
      .add("remedy", row.remedy)
      .add("source", row.source);
}

}  // namespace

records::Object finding_record(const Gathered::Entry& entry, const Row& row, bool ignored) {
  records::Object out = begin(row);
  if (entry.unknown) out.add("unknown", true);
  if (ignored) out.add("ignored", true);
  if (!entry.details.empty()) out.add("details", entry.details);
  if (entry.more > 0) out.add("more_details", static_cast<std::int64_t>(entry.more));
  if (entry.messages > 0) {
    out.add("messages", static_cast<std::int64_t>(entry.messages)).add("email", entry.first);
  }
  end(out, row);
  return out;
}

records::Object finding_record(const Row& row) {
  records::Object out = begin(row);
  end(out, row);
  return out;
}

}  // namespace hagaki::preflight
