#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace hagaki::harvest {

/// The attributes of an element, as long as its start() lasts.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  /// The value of the attribute whose name without prefix is `name`; empty where there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  const char* const* pairs_;
};

/// Who hears of the elements of a document. Names come without prefix ("x:row" is "row").
class XmlListener {
 public:
  XmlListener() = default;
  XmlListener(const XmlListener&) = delete;
  XmlListener& operator=(const XmlListener&) = delete;
  virtual ~XmlListener() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view) {}
  /// What is wrong beyond the XML; empty while nothing is. Reading ends then.
  [[nodiscard]] virtual Result<void> verdict() const { return {}; }
};

/// Reads XML piece by piece (expat). A document type declaration is refused, and with it every
/// entity that could expand or name a file; elements nest at most kDepth deep.
class XmlReader {
 public:
  static constexpr int kDepth = 100;

  /// `listener` must outlive this.
  explicit XmlReader(XmlListener& listener);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  /// The next piece, the last one with `last`. Error::Syntax or Error::Limit end it.
  Result<void> feed(std::string_view bytes, bool last);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::harvest
