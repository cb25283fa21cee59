#pragma once

#include <curl/curl.h>

#include "base/result.h"

namespace hagaki::net {

/// The functions of libcurl that read a mailbox, loaded when they are first needed: libcurl brings
/// some thirty libraries, and loading them takes several times as long as judging one mail.
struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_send) easy_send = nullptr;
  decltype(&::curl_easy_recv) easy_recv = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;

  /// The library, which stays loaded. Error::Unsupported when it is not installed.
  static Result<const CurlLibrary*> load();
};

}  // namespace hagaki::net
