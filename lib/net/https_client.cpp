#include "net/https_client.h"

#include <cassert>
#include <list>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "net/curl_addresses.h"
#include "net/curl_multi.h"
#include "net/url.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kMostHeaderBytes = 64u << 10;

/// One document on its way.
struct Transfer {
  CurlAddresses addresses;  // outlive `easy`
  Easy easy{curl_easy_init()};
  std::size_t most_bytes = 0;
  std::size_t header_bytes = 0;
  std::string body;
  bool too_much = false;
  HttpsClient::Done done;

  void prepare(const HttpsRequest& request);
  [[nodiscard]] Result<HttpsDocument> judge(CURLcode code) const;
};

std::size_t on_header(char*, std::size_t size, std::size_t count, void* state) {
  auto& self = *static_cast<Transfer*>(state);
  const std::size_t n = size * count;
  self.header_bytes += n;
  self.too_much = self.too_much || self.header_bytes > kMostHeaderBytes;
  return self.too_much ? 0 : n;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* state) {
  auto& self = *static_cast<Transfer*>(state);
  const std::size_t n = size * count;
  if (n > self.most_bytes - self.body.size()) {
    self.too_much = true;
    return 0;
  }
  self.body.append(bytes, n);
  return n;
}

void Transfer::prepare(const HttpsRequest& request) {
  assert(!request.addresses.empty());
  CURL* e = easy.get();
  most_bytes = request.most_bytes;
  const std::string url =
      fmt::format("https://{}:{}{}", url_host(request.host), request.port, request.path);
  curl_easy_setopt(e, CURLOPT_URL, url.c_str());
  addresses.set(e, request.host, request.port, request.addresses);
  curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(e, CURLOPT_PROXY, "");
  curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(e, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(e, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  trust_only(e, request.ca_file);
  curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(e, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(e, CURLOPT_WRITEDATA, this);
}

Result<HttpsDocument> Transfer::judge(CURLcode code) const {
  if (too_much) {
    return fail(ErrorCode::Limit, fmt::format("the answer is larger than {} octets", most_bytes));
  }
  if (code != CURLE_OK) {
    if (code == CURLE_OPERATION_TIMEDOUT) return fail(ErrorCode::Retry, "no answer in time");
    const bool untrusted = code == CURLE_PEER_FAILED_VERIFICATION;
    return fail(untrusted ? ErrorCode::Denied : ErrorCode::Retry, curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    return fail(ErrorCode::NotFound, fmt::format("the web server answers with status {}", status));
  }
  const char* type = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  const std::string_view whole = type ? type : "";
  return HttpsDocument{ascii_lower(trim(whole.substr(0, whole.find(';')))), body};
}

}  // namespace

struct HttpsClient::State {
  explicit State(Loop& loop) : multi(loop) {}
  ~State() {
    for (const auto& transfer : transfers) multi.remove(transfer.easy.get());
  }

  CurlMulti multi;
  std::list<Transfer> transfers;
};

HttpsClient::HttpsClient(Loop& loop) : state_(std::make_unique<State>(loop)) {}
HttpsClient::~HttpsClient() = default;

void HttpsClient::get(const HttpsRequest& request, Done done) {
  auto& transfers = state_->transfers;
  const auto transfer = transfers.emplace(transfers.end());
  transfer->prepare(request);
  transfer->done = std::move(done);
  state_->multi.add(transfer->easy.get(), [state = state_.get(), transfer](CURLcode code) {
    const auto result = transfer->judge(code);
    const Done tell = std::move(transfer->done);
    state->multi.remove(transfer->easy.get());
    state->transfers.erase(transfer);
    tell(result);
  });
}

}  // namespace hagaki::net
