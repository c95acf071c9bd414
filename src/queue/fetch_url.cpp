#include "queue/fetch_url.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <utility>

#include "download/download.h"

namespace genre::queue {

Result<std::vector<std::byte>> fetch_url(const std::string& url, std::size_t max_bytes) {
  std::vector<std::byte> bytes;
  const auto append = [&](std::span<const std::byte> more,
                          std::optional<std::size_t>) -> Result<void> {
    if (more.size() > max_bytes - bytes.size()) {
      return fail(ErrorCode::kUnreadableFile,
                  fmt::format("the file cannot be read: it has more than {} bytes (--max-download)",
                              max_bytes));
    }
    bytes.insert(bytes.end(), more.begin(), more.end());
    return {};
  };
  const auto unreadable = [](Error error) {
    if (error.code != ErrorCode::kUnavailable) return error;
    return Error{ErrorCode::kUnreadableFile, "the file cannot be read: " + error.message};
  };
  return download::get(url, "genre-worker", append)
      .map([&] { return std::move(bytes); })
      .map_error(unreadable);
}

}  // namespace genre::queue
