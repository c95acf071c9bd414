#include "queue/fetch_url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <mutex>
#include <span>

namespace genre::queue {
namespace {

constexpr long kConnectTimeout = 10;            // s
constexpr long kMinRate = 1024, kSlowFor = 30;  // bytes/s, s
constexpr long kMaxRedirects = 5;
constexpr const char* kUserAgent = "genre-worker";

struct Download {
  std::vector<std::byte> bytes;
  std::size_t max_bytes;
  bool too_large = false;
  bool out_of_memory = false;
};

// libcurl calls this. It is C code, so no exception may pass through it.
std::size_t append(char* data, std::size_t size, std::size_t n, void* to) noexcept {
  constexpr std::size_t kEndTransfer = 0;
  auto& download = *static_cast<Download*>(to);
  const auto bytes = std::as_bytes(std::span(data, size * n));
  if (bytes.size() > download.max_bytes - download.bytes.size()) {
    download.too_large = true;
    return kEndTransfer;
  }
  try {
    download.bytes.insert(download.bytes.end(), bytes.begin(), bytes.end());
  } catch (const std::bad_alloc&) {
    download.out_of_memory = true;
    return kEndTransfer;
  }
  return bytes.size();
}

struct Cleanup {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

}  // namespace

Result<std::vector<std::byte>> fetch_url(const std::string& url, std::size_t max_bytes) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, Cleanup> owned(curl_easy_init());
  CURL* curl = owned.get();
  Download download{.bytes = {}, .max_bytes = max_bytes};
  std::array<char, CURL_ERROR_SIZE> why{};
  // An option can fail for lack of memory. Then nothing is fetched: a missing limit, such as that
  // of the protocols, would be dangerous.
  CURLcode code = curl == nullptr ? CURLE_OUT_OF_MEMORY : CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    if (code == CURLE_OK) code = curl_easy_setopt(curl, option, value);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMaxRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  set(CURLOPT_LOW_SPEED_LIMIT, kMinRate);
  set(CURLOPT_LOW_SPEED_TIME, kSlowFor);
  set(CURLOPT_USERAGENT, kUserAgent);
  set(CURLOPT_ERRORBUFFER, why.data());
  set(CURLOPT_WRITEFUNCTION, append);
  set(CURLOPT_WRITEDATA, &download);
  if (code == CURLE_OK) code = curl_easy_perform(curl);
  if (code == CURLE_OK) return std::move(download.bytes);
  if (code == CURLE_OUT_OF_MEMORY || download.out_of_memory) {
    return fail(ErrorCode::kOutOfMemory, "not enough memory for the download");
  }
  const std::string reason =
      download.too_large ? fmt::format("it has more than {} bytes (--max-download)", max_bytes)
      : why.front() != 0 ? std::string(why.data())
                         : std::string(curl_easy_strerror(code));
  return fail(ErrorCode::kUnreadableFile, "the file cannot be read: " + reason);
}

}  // namespace genre::queue
