#include "harvest/xml_events.h"

#include <expat.h>

#include <algorithm>
#include <string>

namespace hagaki::harvest {
namespace {

constexpr std::size_t kPiece = 1u << 20;  // expat counts in int

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (without_prefix(pair[0]) == name) return pair[1];
  }
  return {};
}

struct XmlReader::State {
  XML_Parser parser = nullptr;
  XmlListener& listener;
  int depth = 0;
  std::string why;  // of our own for stopping
  ErrorCode code = ErrorCode::Syntax;

  void stop(ErrorCode kind, std::string message) {
    if (!why.empty()) return;
    code = kind;
    why = std::move(message);
    XML_StopParser(parser, XML_FALSE);
  }
  void look_at_verdict() {
    if (const auto ok = listener.verdict(); !ok) stop(ok.error().code, ok.error().message);
  }

  static void on_start(void* user, const char* name, const char** attributes) {
    auto& self = *static_cast<State*>(user);
    if (!self.why.empty()) return;
    if (++self.depth > kDepth) return self.stop(ErrorCode::Limit, "XML elements nest too deeply");
    self.listener.start(without_prefix(name), XmlAttributes(attributes));
    self.look_at_verdict();
  }
  static void on_end(void* user, const char* name) {
    auto& self = *static_cast<State*>(user);
    if (!self.why.empty()) return;
    --self.depth;
    self.listener.end(without_prefix(name));
    self.look_at_verdict();
  }
  static void on_text(void* user, const char* text, int length) {
    auto& self = *static_cast<State*>(user);
    if (self.why.empty()) self.listener.text({text, static_cast<std::size_t>(length)});
  }
  static void on_doctype(void* user, const char*, const char*, const char*, int) {
    static_cast<State*>(user)->stop(ErrorCode::Syntax, "XML with a document type declaration");
  }
};

XmlReader::XmlReader(XmlListener& listener)
    : state_(new State{nullptr, listener, 0, {}, ErrorCode::Syntax}) {
  state_->parser = XML_ParserCreate(nullptr);
  if (state_->parser == nullptr) return;
  XML_SetUserData(state_->parser, state_.get());
  XML_SetElementHandler(state_->parser, State::on_start, State::on_end);
  XML_SetCharacterDataHandler(state_->parser, State::on_text);
  XML_SetStartDoctypeDeclHandler(state_->parser, State::on_doctype);
}

XmlReader::~XmlReader() {
  if (state_->parser != nullptr) XML_ParserFree(state_->parser);
}

Result<void> XmlReader::feed(std::string_view bytes, bool last) {
  auto& s = *state_;
  if (s.parser == nullptr) return fail(ErrorCode::Io, "out of memory");
  do {
    const auto piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    const bool final_piece = last && bytes.empty();
    const auto status = XML_Parse(s.parser, piece.data(), static_cast<int>(piece.size()),
                                  final_piece ? XML_TRUE : XML_FALSE);
    if (!s.why.empty()) return fail(s.code, s.why);
    if (status != XML_STATUS_OK) {
      return fail(ErrorCode::Syntax,
                  "broken XML: " + std::string(XML_ErrorString(XML_GetErrorCode(s.parser))));
    }
  } while (!bytes.empty());
  return {};
}

}  // namespace hagaki::harvest
