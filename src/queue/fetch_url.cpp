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
constexpr long kMinRate = 1024, kSlowFor = 30;  // bytes/s, for so many s
constexpr long kMaxRedirects = 5;
constexpr const char* kUserAgent = "genre-worker";

struct Download {
  std::vector<std::byte> bytes;
  std::size_t max_bytes;
  bool too_large = false;
};

std::size_t append(char* data, std::size_t size, std::size_t n, void* to) {
  auto& download = *static_cast<Download*>(to);
  const auto bytes = std::as_bytes(std::span(data, size * n));
  if (bytes.size() > download.max_bytes - download.bytes.size()) {
    download.too_large = true;
    return 0;  // ends the transfer
  }
  download.bytes.insert(download.bytes.end(), bytes.begin(), bytes.end());
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
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kMinRate);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSlowFor);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &download);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return std::move(download.bytes);
  const std::string reason =
      download.too_large ? fmt::format("it has more than the {} bytes that are let in", max_bytes)
      : why.front() != 0 ? std::string(why.data())
                         : std::string(curl_easy_strerror(code));
  return fail(ErrorCode::kUnreadableFile, "the file cannot be read: " + reason);
}

}  // namespace genre::queue
