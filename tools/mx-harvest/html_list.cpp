#include <unordered_set>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "harvest/encoding.h"
#include "harvest/find_addresses.h"
#include "html/text.h"
#include "list_reader.h"
#include "mime/charset.h"

using namespace hagaki;

namespace {

/// The charset that a page names for itself in its first kilobyte, as browsers look for it.
std::string_view meta_charset(std::string_view page) {
  page = page.substr(0, 1024);
  auto at = ascii_ifind(page, "charset=");
  if (at == std::string_view::npos) return {};
  at = page.find_first_not_of("\"' ", at + 8);
  if (at == std::string_view::npos) return {};
  const auto name = page.substr(at, page.find_first_of("\"'> ;/", at) - at);
  return mime::is_known_charset(name) ? name : std::string_view();
}

class HtmlList : public ListReader {
 public:
  explicit HtmlList(const ListFile& file)
      : input_(file.input), settings_(file.settings), ahead_(file.ahead) {}

  Result<bool> read(Batch& batch, std::size_t) override {
    const auto bytes = read_all({input_, settings_, ahead_}, limits::kMailBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto text = html::to_text(decoded(*bytes));
    if (!text) return fail(ErrorCode::Syntax, text.error().message, input_.name);
    std::unordered_set<std::string> seen;
    for (const auto& address : harvest::find_addresses(*text)) {
      const auto found = harvest::bare_recipient(address, settings_.consent);
      if (found && seen.insert(found->email).second) {
        batch.rows.push_back(row_of(*found, input_.name, settings_));
      }
    }
    if (seen.empty()) batch.notes.push_back(input_.name + ": no address found");
    return false;
  }

 private:
  /// The page as UTF-8: by --encoding, by its byte order mark, by itself, else as detected.
  [[nodiscard]] std::string decoded(const std::string& bytes) const {
    auto encoding = settings_.encoding;
    if (encoding.empty()) {
      encoding = harvest::detect_encoding(bytes);
      if (const auto named = meta_charset(bytes); !named.empty() && !encoding.starts_with("utf-")) {
        encoding = named;
      }
    }
    return mime::to_utf8_lossy(bytes, encoding.empty() ? "utf-8" : encoding);
  }

  cli::Input& input_;
  const Settings& settings_;
  std::string ahead_;
};

}  // namespace

std::unique_ptr<ListReader> html_list(const ListFile& file) {
  return std::make_unique<HtmlList>(file);
}
