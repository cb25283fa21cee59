#include "net/curl_library.h"

#include <dlfcn.h>

#include <string>

namespace hagaki::net {
namespace {

constexpr const char* kName = "libcurl.so.4";

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, CurlLibrary& curl) {
  decltype(&::curl_global_init) global_init = nullptr;
  return find(library, "curl_global_init", global_init) &&
         find(library, "curl_easy_init", curl.easy_init) &&
         find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
         find(library, "curl_easy_setopt", curl.easy_setopt) &&
         find(library, "curl_easy_perform", curl.easy_perform) &&
         find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
         find(library, "curl_easy_send", curl.easy_send) &&
         find(library, "curl_easy_recv", curl.easy_recv) &&
         find(library, "curl_easy_strerror", curl.easy_strerror) &&
         global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

Result<CurlLibrary> open_library() {
  void* library = dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  CurlLibrary curl;
  if (library == nullptr || !find_all(library, curl)) {
    const char* why = dlerror();
    return fail(ErrorCode::Unsupported, why != nullptr ? why : "cannot be used", kName);
  }
  return curl;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<CurlLibrary> library = open_library();
  if (!library) return tl::unexpected<Error>(library.error());
  return &*library;
}

}  // namespace hagaki::net
