#include "health/record.h"

namespace hagaki::health {

records::Object health_record(const Item& item, const preflight::Catalogue& texts, Timestamp time) {
  records::Object out;
  out.add("type", "health")
      .add("v", 1)
      .add("query", item.query)
      .add("check", item.check)
      .add("verdict", verdict_name(item.verdict))
      .add("id", item.id)
      .add("name", item.name)
      .add("result", item.result)
      .add("detail", item.detail);
  if (item.lookups) out.add("lookups", static_cast<std::int64_t>(*item.lookups));
  if (item.void_lookups) out.add("void_lookups", static_cast<std::int64_t>(*item.void_lookups));
  if (const auto* row = texts.find(item.id)) {
    out.add("what", row->what)
        .add("receivers", row->receivers)
        .add("remedy", row->remedy)
        .add("source", row->source);
  }
  out.add("time", time);
  return out;
}

records::Object release_record(const rules::ReleasePage& page, const std::string& query,
                               Timestamp time) {
  records::Object out;
  out.add("type", "release")
      .add("v", 1)
      .add("query", query)
      .add("provider", page.provider)
      .add("name", page.name)
      .add("url", page.url)
      .add("remedy", page.remedy)
      .add("time", time);
  return out;
}

}  // namespace hagaki::health
