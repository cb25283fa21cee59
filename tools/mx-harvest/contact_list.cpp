#include <optional>
#include <utility>

#include "base/text.h"
#include "harvest/ldif.h"
#include "harvest/vcard.h"
#include "line_list.h"

using namespace hagaki;

namespace {

/// Address books: vCard and LDIF.
template <class Reader>
class ContactList : public LineList {
 public:
  explicit ContactList(const ListFile& file)
      : LineList(file), reader_(lines_, file.settings.encoding) {}

 protected:
  void finish() override { reader_.finish(); }

  Result<void> drain(Batch& batch, std::size_t most) override {
    if (!mapper_) {
      auto mapper =
          harvest::ContactMapper::create(settings_.names, settings_.map, settings_.consent);
      if (!mapper) return tl::unexpected(mapper.error());
      mapper_ = std::move(*mapper);
    }
    while (filled(batch) < most && reader_.next(contact_)) take(batch);
    return {};
  }

  void close(Batch& batch, std::uint64_t found) override {
    // Whoever keeps telephone numbers in an address book has done nothing wrong.
    if (without_ > 0) {
      batch.notes.push_back(name() + ": " + counted(without_, "contact") +
                            " without a mail address");
    } else {
      LineList::close(batch, found);
    }
  }

 private:
  void take(Batch& batch) {
    if (!contact_.wrong.empty()) return problem(batch, contact_.line, contact_.wrong);
    auto recipient = mapper_->map(contact_);
    if (!recipient) return problem(batch, contact_.line, recipient.error().message);
    if (!*recipient) {
      ++without_;
      return;
    }
    for (auto& complaint : (*recipient)->complaints) {
      problem(batch, contact_.line, std::move(complaint));
    }
    row(batch, **recipient, contact_.line);
  }

  Reader reader_;
  harvest::Contact contact_;
  std::optional<harvest::ContactMapper> mapper_;
  std::size_t without_ = 0;
};

}  // namespace

std::unique_ptr<ListReader> vcard_list(const ListFile& file) {
  return std::make_unique<ContactList<harvest::VcardReader>>(file);
}

std::unique_ptr<ListReader> ldif_list(const ListFile& file) {
  return std::make_unique<ContactList<harvest::LdifReader>>(file);
}
