#include "harvest/find_addresses.h"
#include "line_list.h"

using namespace hagaki;

namespace {

class TextList : public LineList {
 public:
  using LineList::LineList;

 protected:
  Result<void> drain(Batch& batch, std::size_t most) override {
    while (filled(batch) < most && lines_.next(line_)) {
      if (line_.state == harvest::TextLine::State::TooLong) {
        problem(batch, line_.number, "the line is longer than 1 MiB");
      } else if (line_.state == harvest::TextLine::State::Undecodable) {
        problem(batch, line_.number,
                "bytes that are no text in " +
                    (lines_.encoding().empty() ? "a known encoding" : lines_.encoding()) +
                    " (--encoding names another)");
      }
      found_.clear();
      finder_.find(line_.text, found_);
      for (const auto& address : found_) {
        if (const auto found = harvest::bare_recipient(address, settings_.consent)) {
          row(batch, *found, line_.number);
        }
      }
    }
    return {};
  }

 private:
  harvest::TextLine line_;
  harvest::AddressFinder finder_;
  std::vector<std::string> found_;
};

}  // namespace

std::unique_ptr<ListReader> text_list(const ListFile& file) {
  return std::make_unique<TextList>(file);
}
