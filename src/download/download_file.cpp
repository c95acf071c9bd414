#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/descriptor.h"
#include "download/download.h"
#include "download/transfer.h"

namespace genre::download {
namespace {

constexpr const char* kUserAgent = "genre";

// Opens the file, for this process alone: two downloads would mix their bytes.
Result<base::Descriptor> open_alone(const std::string& path) {
  constexpr mode_t kMode = 0666;  // less the umask
  base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
  if (!file) return base::unwritable(path, base::reason(errno));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return base::unwritable(
        path, errno == EWOULDBLOCK ? "another process is downloading it" : base::reason(errno));
  }
  return file;
}

}  // namespace

Result<Start> download_file(const FileDownload& download) {
  const auto file = open_alone(download.path);
  if (!file) return tl::make_unexpected(file.error());
  struct stat status {};
  if (fstat(file->get(), &status) != 0) {
    return base::unwritable(download.path, base::reason(errno));
  }
  std::size_t n_done = 0;
  const Sink sink = [&](std::span<const std::byte> bytes,
                        std::optional<std::size_t> n_total) -> Result<void> {
    if (bytes.size() > download.max_bytes - n_done) {
      return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file has more than {} bytes",
                                                          download.url, download.max_bytes));
    }
    if (const int error = base::write_all(file->get(), bytes); error != 0) {
      return base::unwritable(download.path, base::reason(error));
    }
    n_done += bytes.size();
    download.progress(n_done, n_total);
    return {};
  };
  const auto run_from = [&](std::size_t offset) {
    n_done = offset;
    return run({.url = download.url, .user_agent = kUserAgent, .offset = offset}, sink);
  };
  const auto n_before = static_cast<std::size_t>(status.st_size);
  if (n_before > 0 && n_before < download.max_bytes) {
    const Outcome outcome = run_from(n_before);
    if (outcome.code != CURLE_RANGE_ERROR) {
      return outcome.result.map([] { return Start::kResumed; });
    }
  }
  if (ftruncate(file->get(), 0) != 0) return base::unwritable(download.path, base::reason(errno));
  return run_from(0).result.map([] { return Start::kNew; });
}

}  // namespace genre::download
