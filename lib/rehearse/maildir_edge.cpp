#include "rehearse/maildir_edge.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/ascii.h"
#include "base/digest.h"
#include "base/text.h"

namespace hagaki::rehearse {
namespace {

Error io_error(const std::string& path) {
  return {ErrorCode::Io, std::strerror(errno), path};
}

Result<void> make_maildir(const std::string& path) {
  for (const char* part : {"/tmp", "/new", "/cur"}) {
    std::error_code error;
    std::filesystem::create_directories(path + part, error);
    if (error) return fail(ErrorCode::Io, error.message(), path + part);
  }
  return {};
}

std::string unique_name(Timestamp time) {
  static std::atomic<std::uint64_t> counter{0};
  const auto ms = time.time_since_epoch().count();
  return fmt::format("{}.M{:06}P{}Q{}.rehearse", ms / 1000, ms % 1000 * 1000, ::getpid(),
                     counter.fetch_add(1));
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(io_error(path));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

std::string path_component(std::string_view name) {
  std::string out;
  for (const char c : ascii_lower(name)) {
    const bool plain = is_alnum(c) || std::string_view("._+=@-").find(c) != std::string_view::npos;
    if (plain && !(c == '.' && out.empty()))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (out.empty()) return "%";
  if (out.size() > 200) out = out.substr(0, 160) + "%" + sha256_hex(name).substr(0, 32);
  return out;
}

Result<Maildir> Maildir::open(const std::string& path) {
  if (auto made = make_maildir(path); !made) return tl::unexpected(made.error());
  return Maildir(path);
}

Result<void> Maildir::add(std::string_view head, std::string_view message, Timestamp time) {
  std::string text(head);
  text.reserve(head.size() + message.size());
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t end = message.find("\r\n", at);
    if (end == std::string_view::npos) {
      text.append(message.substr(at));
      break;
    }
    text.append(message.substr(at, end - at));
    text += '\n';
    at = end + 2;
  }
  const std::string name = unique_name(time);
  const std::string tmp = path_ + "/tmp/" + name;
  const int fd = ::open(tmp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return tl::unexpected(io_error(tmp));
  auto written = write_all(fd, text, tmp);
  if (::close(fd) != 0 && written) written = tl::unexpected(io_error(tmp));
  if (written && std::rename(tmp.c_str(), (path_ + "/new/" + name).c_str()) != 0)
    written = tl::unexpected(io_error(tmp));
  if (!written) ::unlink(tmp.c_str());
  return written;
}

MaildirEdge::MaildirEdge(Options options, Log log, SendBounce send_bounce)
    : options_(std::move(options)), log_(std::move(log)), send_bounce_(std::move(send_bounce)) {}

Result<MaildirEdge> MaildirEdge::open(Options options, Log log, SendBounce send_bounce) {
  MaildirEdge edge(std::move(options), std::move(log), std::move(send_bounce));
  if (!edge.options_.root.empty()) {
    std::error_code error;
    std::filesystem::create_directories(edge.options_.root, error);
    if (error) return fail(ErrorCode::Io, error.message(), edge.options_.root);
  }
  if (!edge.options_.bounces.empty()) {
    auto maildir = Maildir::open(edge.options_.bounces);
    if (!maildir) return tl::unexpected(maildir.error());
    edge.bounces_ = std::move(*maildir);
  }
  return edge;
}

Result<void> MaildirEdge::deliver(const Delivery& delivery) {
  if (options_.root.empty()) return {};
  const std::size_t at = delivery.recipient.rfind('@');
  const std::string path = options_.root + "/" + path_component(delivery.recipient.substr(at + 1)) +
                           "/" + path_component(delivery.recipient.substr(0, at));
  const auto store = [&]() -> Result<void> {
    if (!made_.contains(path)) {
      if (auto made = make_maildir(path); !made) return made;
      made_.insert(path);
    }
    const std::string head = fmt::format("Return-Path: <{}>\nDelivered-To: {}\nX-Original-To: {}\n",
                                         delivery.sender, delivery.recipient, delivery.original);
    return Maildir(path).add(head, delivery.message, delivery.time);
  };
  auto stored = store();
  if (!stored) {
    ++failures_;
    last_failure_ = stored.error().text();
  }
  return stored;
}

bool MaildirEdge::bounce(std::string_view to, std::string_view message, Timestamp time) {
  if (bounces_) {
    const std::string head =
        fmt::format("Return-Path: <>\nDelivered-To: {}\nX-Original-To: {}\n", to, to);
    if (auto stored = bounces_->add(head, message, time); !stored) {
      ++failures_;
      last_failure_ = stored.error().text();
    }
    return true;
  }
  if (!send_bounce_) return false;
  send_bounce_(to, message);
  return true;
}

void MaildirEdge::happened(const Happening& happening) {
  if (log_) log_(happening);
}

}  // namespace hagaki::rehearse
