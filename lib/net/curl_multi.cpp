#include "net/curl_multi.h"

#include <cstdlib>
#include <utility>

namespace hagaki::net {
namespace {

/// libcurl's global state lives as long as the program.
void init_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) std::abort();
}

}  // namespace

void trust_only(CURL* easy, const std::string& ca_file) {
  if (ca_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  // The folder that is compiled into libcurl would be asked as well.
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

CurlMulti::CurlMulti(Loop& loop) : loop_(loop), multi_(nullptr), timer_(loop) {
  init_curl();
  multi_ = curl_multi_init();
  if (!multi_) std::abort();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // Open sessions wait in libcurl's pool; a small pool would close some to make room.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 100'000L);
}

CurlMulti::~CurlMulti() {
  for (const auto& [easy, done] : done_) curl_multi_remove_handle(multi_, easy);
  polls_.clear();
  curl_multi_cleanup(multi_);
}

void CurlMulti::add(CURL* easy, Done done) {
  done_[easy] = std::move(done);
  curl_multi_add_handle(multi_, easy);
}

void CurlMulti::remove(CURL* easy) {
  done_.erase(easy);
  curl_multi_remove_handle(multi_, easy);
}

int CurlMulti::on_socket(CURL*, curl_socket_t fd, int what, void* self_pointer, void*) {
  auto& self = *static_cast<CurlMulti*>(self_pointer);
  if (what == CURL_POLL_REMOVE) {
    self.polls_.erase(fd);
    return 0;
  }
  int events = 0;
  if (what & CURL_POLL_IN) events |= Poll::kReadable;
  if (what & CURL_POLL_OUT) events |= Poll::kWritable;
  auto& poll = self.polls_[fd];
  if (!poll) poll = std::make_unique<Poll>(self.loop_, fd);
  const auto started = poll->start(events, [&self, fd](int ready, int error) {
    int flags = 0;
    if (ready & Poll::kReadable) flags |= CURL_CSELECT_IN;
    if (ready & Poll::kWritable) flags |= CURL_CSELECT_OUT;
    if (error != 0) flags |= CURL_CSELECT_ERR;
    self.act(fd, flags);
  });
  return started ? 0 : -1;
}

int CurlMulti::on_timer(CURLM*, long timeout_ms, void* self_pointer) {
  auto& self = *static_cast<CurlMulti*>(self_pointer);
  if (timeout_ms < 0) {
    self.timer_.stop();
  } else {
    self.timer_.start(std::chrono::milliseconds(timeout_ms),
                      [&self] { self.act(CURL_SOCKET_TIMEOUT, 0); });
  }
  return 0;
}

void CurlMulti::act(curl_socket_t fd, int flags) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, flags, &running);
  collect();
}

void CurlMulti::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    const auto it = done_.find(message->easy_handle);
    if (it == done_.end() || !it->second) continue;
    // The callback may remove its own handle, and so this entry.
    const Done done = std::exchange(it->second, nullptr);
    done(code);
  }
}

}  // namespace hagaki::net
