#include "html/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "html/names.h"
#include "html/walk.h"

namespace hagaki::html {
namespace {

constexpr std::array<std::string_view, 9> kUnseen = {
    "head", "style", "script", "title", "template", "noscript", "svg", "object", "select"};
/// A blank line before and behind.
constexpr std::array<std::string_view, 14> kParagraphs = {
    "p",  "h1", "h2", "h3",    "h4",  "h5",         "h6",
    "ul", "ol", "dl", "table", "pre", "blockquote", "figure"};
/// A line of their own.
constexpr std::array<std::string_view, 23> kBlocks = {
    "div",      "li",      "dt",     "dd",      "tr",      "section", "article", "header",
    "footer",   "address", "center", "caption", "form",    "legend",  "main",    "figcaption",
    "fieldset", "nav",     "aside",  "details", "summary", "dialog",  "hgroup"};

/// A whole number that stands alone (WHATWG HTML §2.3.4.1 reads more into it).
std::optional<int> number_of(std::string_view value) {
  value = trim(value);
  int number = 0;
  const auto end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  if (value.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

constexpr std::size_t kLevels = 20;  // of indentation that is shown

/// Writes lines; blanks and blank lines come when something follows them.
class Page {
 public:
  /// A word's part: no blanks in it but what stands for itself.
  void put(std::string_view text) {
    if (text.empty() || is_full()) return;
    if (at_line_start_) {
      out_.append(out_.empty() ? 0 : blank_lines_, '\n');
      out_ += prefix_;
      out_ += marker_;
      marker_.clear();
    } else {
      out_ += blank_;
    }
    blank_lines_ = 0;
    blank_ = {};
    at_line_start_ = false;
    out_ += text;
  }
  /// The widest of several stands between two words. `gap` outlives the page.
  void blank(std::string_view gap = " ") {
    if (!at_line_start_ && blank_.size() < gap.size()) blank_ = gap;
  }
  void end_line() {
    if (!at_line_start_ && !is_full()) out_ += '\n';
    at_line_start_ = true;
    blank_ = {};
  }
  /// <br>: an empty one leaves a blank line.
  void break_line() {
    if (at_line_start_) blank_lines_ = std::min<std::size_t>(blank_lines_ + 1, 2);
    end_line();
  }
  void end_paragraph() {
    end_line();
    blank_lines_ = std::max<std::size_t>(blank_lines_, 1);
  }
  /// What is deeper than kLevels stands where they end: each line repeats its indentation.
  void indent(std::string_view prefix) {
    levels_.push_back(levels_.size() < kLevels ? prefix.size() : 0);
    prefix_ += prefix.substr(0, levels_.back());
  }
  void outdent() {
    marker_.clear();
    prefix_.resize(prefix_.size() - levels_.back());
    levels_.pop_back();
  }
  /// More was put than is kept.
  [[nodiscard]] bool is_full() const { return out_.size() > limits::kMailBytes; }
  /// Stands once before the next text, at the end of the indentation.
  void mark(std::string marker) { marker_ = std::move(marker); }
  [[nodiscard]] std::size_t written() const { return out_.size(); }
  [[nodiscard]] std::string_view since(std::size_t at) const {
    return std::string_view(out_).substr(at);
  }

  std::string take() {
    end_line();
    return std::move(out_);
  }

 private:
  std::string out_;
  std::string prefix_;
  std::vector<std::size_t> levels_;  // what each added to prefix_
  std::string marker_;
  bool at_line_start_ = true;
  std::string_view blank_;  // comes before the next word of the line
  std::size_t blank_lines_ = 0;
};

class Writer : public Visitor {
 public:
  bool enter(const Element& element) override {
    const std::string_view name = element.name;
    if (is_one_of(name, kUnseen) || is_hidden(element)) return false;
    if (name == "br") {
      page_.break_line();
    } else if (name == "hr") {
      page_.end_paragraph();
      page_.put("----------------------------------------");
      page_.end_paragraph();
    } else if (name == "img") {
      words(element.value("alt"));
    } else if (name == "a") {
      links_.push_back({url_of(element.value("href")), page_.written()});
    } else if (is_one_of(name, kParagraphs)) {
      // A list in a list goes on without a gap.
      const bool list = name == "ul" || name == "ol";
      list && !lists_.empty() ? page_.end_line() : page_.end_paragraph();
      if (list) lists_.push_back({name == "ol", number_of(element.value("start")).value_or(1)});
      if (name == "blockquote") page_.indent("> ");
      if (name == "pre") ++pre_;
      if (name == "table") cells_.push_back(0);
    } else if (is_one_of(name, kBlocks)) {
      page_.end_line();
      if (name == "li") begin_item(number_of(element.value("value")));
      if (name == "tr" && !cells_.empty()) cells_.back() = 0;
    } else if (name == "td" || name == "th") {
      // Side by side; a layout of one cell a row shows nothing of it.
      if (!cells_.empty() && cells_.back()++ > 0) page_.blank("  ");
    }
    return true;
  }

  void leave(const Element& element) override {
    const std::string_view name = element.name;
    if (name == "a") {
      end_link();
    } else if (is_one_of(name, kParagraphs)) {
      if (name == "ul" || name == "ol") lists_.pop_back();
      if (name == "pre") --pre_;
      if (name == "table") cells_.pop_back();
      const bool inner = (name == "ul" || name == "ol") && !lists_.empty();
      inner ? page_.end_line() : page_.end_paragraph();
      if (name == "blockquote") page_.outdent();
    } else if (is_one_of(name, kBlocks)) {
      page_.end_line();
      if (name == "li") page_.outdent();
    }
  }

  void text(std::string_view text) override {
    if (pre_ == 0) return words(text);
    while (true) {
      const std::size_t end = text.find('\n');
      page_.put(text.substr(0, end));
      if (end == std::string_view::npos) return;
      page_.break_line();
      text.remove_prefix(end + 1);
    }
  }

  Result<std::string> take() {
    if (page_.is_full()) {
      return fail(ErrorCode::Limit,
                  fmt::format("the HTML reads as more than {} octets of text", limits::kMailBytes));
    }
    return page_.take();
  }

 private:
  struct List {
    bool numbered = false;
    std::int64_t next = 1;
  };
  struct Link {
    std::string url;
    std::size_t begin;  // of its words
  };

  void words(std::string_view text) {
    // No-break spaces stand for themselves, and are not shown as blanks elsewhere.
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t word = text.find_first_not_of(" \t\r\n\f", at);
      if (word != at) page_.blank();
      if (word == std::string_view::npos) return;
      at = std::min(text.find_first_of(" \t\r\n\f", word), text.size());
      page_.put(text.substr(word, at - word));
    }
  }

  void begin_item(std::optional<int> number) {
    std::string marker = "- ";
    if (!lists_.empty() && lists_.back().numbered) {
      std::int64_t& next = lists_.back().next;
      if (number) next = *number;
      marker = fmt::format("{}. ", next++);
    }
    // Lines below the first stand under its text.
    page_.mark(std::move(marker));
    page_.indent(lists_.size() > 1 ? "  " : "");
  }

  void end_link() {
    const Link link = std::move(links_.back());
    links_.pop_back();
    const std::string_view shown = trim(page_.since(link.begin));
    const std::size_t colon = link.url.find(':');
    const std::string scheme =
        ascii_lower(std::string_view(link.url).substr(0, colon == std::string::npos ? 0 : colon));
    if (scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel") return;
    const std::string_view rest = std::string_view(link.url).substr(colon + 1);
    const std::string_view bare = rest.starts_with("//") ? rest.substr(2) : rest;
    // Words that are the address itself need it no second time.
    const auto same = [shown](std::string_view url) {
      return shown == url || (url.ends_with('/') && shown == url.substr(0, url.size() - 1));
    };
    if (same(link.url) || same(bare)) return;
    page_.blank();
    page_.put("<" + link.url + ">");
  }

  Page page_;
  std::vector<Link> links_;
  std::vector<List> lists_;
  std::vector<int> cells_;  // of the row, for each open table
  int pre_ = 0;
};

}  // namespace

bool parts_words(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOthers = {"br", "hr", "td", "th", "img", "button"};
  return is_one_of(name, kParagraphs) || is_one_of(name, kBlocks) || is_one_of(name, kOthers);
}

Result<std::string> to_text(std::string_view source) {
  Writer writer;
  if (auto done = walk(source, writer); !done) return tl::unexpected<Error>(done.error());
  return writer.take();
}

}  // namespace hagaki::html
