#include "base/limits.h"
#include "harvest/page.h"
#include "harvest/recipient.h"
#include "list_reader.h"

using namespace hagaki;

namespace {

class HtmlList : public ListReader {
 public:
  explicit HtmlList(const ListFile& file)
      : input_(file.input), settings_(file.settings), ahead_(file.ahead) {}

  Result<bool> read(Batch& batch, std::size_t) override {
    const auto bytes = read_all({input_, settings_, ahead_}, limits::kMailBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto page =
        harvest::read_page(harvest::decode_page(*bytes, settings_.encoding), settings_.no_ads);
    if (!page) return fail(ErrorCode::Syntax, page.error().message, input_.name);
    for (const auto& address : page->addresses) {
      const auto found = harvest::bare_recipient(address.email, settings_.consent);
      if (!found) continue;
      batch.rows.push_back(row_of(*found, input_.name, settings_,
                                  {.title = page->title, .no_ads_notice = address.no_ads_notice}));
    }
    if (page->addresses.empty()) batch.notes.push_back(input_.name + ": no address found");
    return false;
  }

 private:
  cli::Input& input_;
  const Settings& settings_;
  std::string ahead_;
};

}  // namespace

std::unique_ptr<ListReader> html_list(const ListFile& file) {
  return std::make_unique<HtmlList>(file);
}
