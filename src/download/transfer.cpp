#include "download/transfer.h"

#include <array>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

namespace genre::download {
namespace {

constexpr long kConnectTimeout = 10;            // s
constexpr long kMinRate = 1024, kSlowFor = 30;  // bytes/s, s
constexpr long kMaxRedirects = 5;

struct Receiver {
  CURL* curl;
  const Sink& sink;
  std::size_t offset;
  Result<void> result = {};
};

std::optional<std::size_t> n_total(const Receiver& receiver) {
  curl_off_t n = -1;
  curl_easy_getinfo(receiver.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
  if (n < 0) return std::nullopt;
  return receiver.offset + static_cast<std::size_t>(n);
}

tl::unexpected<Error> out_of_memory() {
  return fail(ErrorCode::kOutOfMemory, "not enough memory for the download");
}

// libcurl calls this. It is C code, so no exception may pass through it.
std::size_t receive(char* data, std::size_t size, std::size_t n, void* to) noexcept {
  constexpr std::size_t kEndTransfer = 0;
  auto& receiver = *static_cast<Receiver*>(to);
  try {
    receiver.result = receiver.sink(std::as_bytes(std::span(data, size * n)), n_total(receiver));
  } catch (const std::bad_alloc&) {
    receiver.result = out_of_memory();
  }
  return receiver.result ? size * n : kEndTransfer;
}

struct Cleanup {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

}  // namespace

Outcome run(const Transfer& transfer, const Sink& sink) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, Cleanup> owned(curl_easy_init());
  CURL* curl = owned.get();
  Receiver receiver{.curl = curl, .sink = sink, .offset = transfer.offset};
  std::array<char, CURL_ERROR_SIZE> why{};
  // An option can fail for lack of memory. Then nothing is fetched: a missing limit, such as that
  // of the protocols, would be dangerous.
  CURLcode code = curl == nullptr ? CURLE_OUT_OF_MEMORY : CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    if (code == CURLE_OK) code = curl_easy_setopt(curl, option, value);
  };
  set(CURLOPT_URL, transfer.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  set(CURLOPT_LOW_SPEED_LIMIT, kMinRate);
  set(CURLOPT_LOW_SPEED_TIME, kSlowFor);
  set(CURLOPT_USERAGENT, transfer.user_agent);
  set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.offset));
  set(CURLOPT_ERRORBUFFER, why.data());
  set(CURLOPT_WRITEFUNCTION, receive);
  set(CURLOPT_WRITEDATA, &receiver);
  if (code == CURLE_OK) code = curl_easy_perform(curl);
  if (code == CURLE_OK || !receiver.result) return {code, std::move(receiver.result)};
  if (code == CURLE_OUT_OF_MEMORY) return {code, out_of_memory()};
  const std::string reason = why.front() != 0 ? why.data() : curl_easy_strerror(code);
  return {code, fail(ErrorCode::kUnavailable, reason)};
}

Result<void> get(const std::string& url, const char* user_agent, const Sink& sink) {
  return run({.url = url, .user_agent = user_agent}, sink).result;
}

}  // namespace genre::download
