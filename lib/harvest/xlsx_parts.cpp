#include "harvest/xlsx_parts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "harvest/xml_events.h"

namespace hagaki::harvest {
namespace {

constexpr std::size_t kMostSheets = 1000;
constexpr std::size_t kMostFormats = 100'000;

bool is_true(std::string_view text) {
  return text == "1" || text == "true";
}

/// Gives the whole part to a listener.
Result<void> parse_part(ZipFile& zip, const std::string& part, XmlListener& listener) {
  auto member = zip.open_member(part);
  if (!member) return tl::unexpected(member.error());
  XmlReader reader(listener);
  for (;;) {
    const auto piece = member->read();
    if (!piece) return tl::unexpected(piece.error());
    if (const auto ok = reader.feed(*piece, piece->empty()); !ok) {
      return fail(ok.error().code, ok.error().message, part);
    }
    if (piece->empty()) return {};
  }
}

/// `target` as the part `from` names it.
std::string resolved(std::string_view from, std::string_view target) {
  std::vector<std::string_view> steps;
  if (!target.starts_with('/')) {
    steps = split(from, '/');
    steps.pop_back();
  }
  for (const auto step : split(target, '/')) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.push_back(step);
    }
  }
  std::string out;
  for (const auto step : steps) {
    if (!out.empty()) out += '/';
    out += step;
  }
  return out;
}

struct Relationship {
  std::string type;
  std::string target;
};
using Relationships = std::map<std::string, Relationship, std::less<>>;

class RelationshipsListener : public XmlListener {
 public:
  explicit RelationshipsListener(std::string_view from) : from_(from) {}
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || found.size() >= kMostFormats) return;
    if (attributes.get("TargetMode") == "External") return;
    const auto type = attributes.get("Type");
    found[std::string(attributes.get("Id"))] = {std::string(type.substr(type.rfind('/') + 1)),
                                                resolved(from_, attributes.get("Target"))};
  }
  void end(std::string_view) override {}
  Relationships found;

 private:
  std::string_view from_;
};

/// The relationships of `part` ("" for those of the whole file).
Result<Relationships> read_relationships(ZipFile& zip, const std::string& part) {
  const auto slash = part.rfind('/') + 1;
  const auto name = part.substr(0, slash) + "_rels/" + part.substr(slash) + ".rels";
  RelationshipsListener listener(part);
  if (!zip.has(name)) return std::move(listener.found);
  if (const auto ok = parse_part(zip, name, listener); !ok) return tl::unexpected(ok.error());
  return std::move(listener.found);
}

std::string target_of(const Relationships& all, std::string_view type) {
  for (const auto& [id, one] : all) {
    if (one.type == type) return one.target;
  }
  return {};
}

class WorkbookListener : public XmlListener {
 public:
  explicit WorkbookListener(const Relationships& parts) : parts_(parts) {}
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") book.from_1904 = is_true(attributes.get("date1904"));
    if (name != "sheet") return;
    XlsxSheet sheet;
    sheet.name = attributes.get("name");
    const auto state = attributes.get("state");
    sheet.hidden = state == "hidden" || state == "veryHidden";
    const auto at = parts_.find(attributes.get("id"));
    if (at != parts_.end() && at->second.type == "worksheet") sheet.part = at->second.target;
    book.sheets.push_back(std::move(sheet));
  }
  void end(std::string_view) override {}
  [[nodiscard]] Result<void> verdict() const override {
    if (book.sheets.size() > kMostSheets) return fail(ErrorCode::Limit, "too many sheets");
    return {};
  }
  XlsxWorkbook book;

 private:
  const Relationships& parts_;
};

class StylesListener : public XmlListener {
 public:
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") inside_ = true;
    if (name == "numFmt" && own_.size() < kMostFormats) {
      if (const auto id = parse_unsigned(attributes.get("numFmtId"), 1u << 30)) {
        own_[static_cast<unsigned>(*id)] = read_number_format(attributes.get("formatCode"));
      }
    }
    if (name == "xf" && inside_) {
      ids_.push_back(
          static_cast<unsigned>(parse_unsigned(attributes.get("numFmtId"), 1u << 30).value_or(0)));
    }
  }
  void end(std::string_view name) override { inside_ = inside_ && name != "cellXfs"; }
  [[nodiscard]] Result<void> verdict() const override {
    if (ids_.size() > kMostFormats) return fail(ErrorCode::Limit, "too many cell styles");
    return {};
  }
  [[nodiscard]] std::vector<NumberFormat> formats() const {
    std::vector<NumberFormat> out;
    for (const auto id : ids_) {
      const auto at = own_.find(id);
      out.push_back(at != own_.end() ? at->second : builtin_number_format(id));
    }
    return out;
  }

 private:
  bool inside_ = false;
  std::map<unsigned, NumberFormat> own_;
  std::vector<unsigned> ids_;
};

}  // namespace

Result<XlsxWorkbook> read_workbook(ZipFile& zip) {
  const auto top = read_relationships(zip, "");
  if (!top) return tl::unexpected(top.error());
  const auto main = target_of(*top, "officeDocument");
  if (main.ends_with(".bin")) {
    return fail(ErrorCode::Unsupported, "a binary workbook (.xlsb); save it as .xlsx");
  }
  if (main.empty() || main.find("workbook") == std::string::npos || !zip.has(main)) {
    return fail(ErrorCode::Unsupported,
                main.find("document") != std::string::npos
                    ? "a Word document; save its text as a plain text file"
                    : "a zip file, and no .xlsx workbook; unpack it and name the files in it");
  }
  const auto parts = read_relationships(zip, main);
  if (!parts) return tl::unexpected(parts.error());
  WorkbookListener listener(*parts);
  if (const auto ok = parse_part(zip, main, listener); !ok) return tl::unexpected(ok.error());
  listener.book.strings_part = target_of(*parts, "sharedStrings");
  listener.book.styles_part = target_of(*parts, "styles");
  return std::move(listener.book);
}

class SharedStringsListener : public XmlListener {
 public:
  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "t") in_text_ = true;
    if (name == "rPh") ++readings_;
  }
  void end(std::string_view name) override {
    if (name == "t") in_text_ = false;
    if (name == "rPh") --readings_;
    if (name != "si") return;
    found.texts_ += unescape_cell(text_);
    text_.clear();
    found.ends_.push_back(static_cast<std::uint32_t>(found.texts_.size()));
  }
  void text(std::string_view piece) override {
    if (in_text_ && readings_ == 0) text_ += piece;
  }
  [[nodiscard]] Result<void> verdict() const override {
    if (found.ends_.size() > SharedStrings::kMostStrings ||
        found.texts_.size() + text_.size() > SharedStrings::kMostOctets) {
      return fail(ErrorCode::Limit, "more text than a list of customers would have");
    }
    return {};
  }
  SharedStrings found;

 private:
  bool in_text_ = false;
  int readings_ = 0;
  std::string text_;
};

Result<SharedStrings> SharedStrings::read(ZipFile& zip, const std::string& part) {
  SharedStringsListener listener;
  if (const auto ok = parse_part(zip, part, listener); !ok) return tl::unexpected(ok.error());
  return std::move(listener.found);
}

std::string_view SharedStrings::at(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(texts_).substr(begin, ends_[index] - begin);
}

Result<std::vector<NumberFormat>> read_styles(ZipFile& zip, const std::string& part) {
  StylesListener listener;
  if (const auto ok = parse_part(zip, part, listener); !ok) return tl::unexpected(ok.error());
  return listener.formats();
}

std::string unescape_cell(std::string_view text) {
  constexpr std::size_t kLength = 7;  // _xHHHH_
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto mark = std::min(text.find("_x", at), text.size());
    out += text.substr(at, mark - at);
    at = mark;
    if (at == text.size()) break;
    const auto form = text.substr(at, kLength);
    unsigned value = 0;
    bool whole = form.size() == kLength && form.back() == '_';
    for (std::size_t i = 2; whole && i < kLength - 1; ++i) {
      const int digit = hex_value(form[i]);
      whole = digit >= 0;
      value = value * 16 + static_cast<unsigned>(std::max(digit, 0));
    }
    if (whole && (value < 0xD800 || value > 0xDFFF) && value != 0) {
      append_utf8(out, value);
      at += kLength;
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace hagaki::harvest
