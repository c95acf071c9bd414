#include "queue/job.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <new>

#include "base/percent.h"

namespace genre::queue {
namespace {

constexpr const char* kFileHeader = "Genre-File";
constexpr std::size_t kKeyBytes = 16;  // a million files collide with a probability below 10^-26

std::string hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  // It fails if memory runs out. Without this check, such files would all have the same key, and
  // the stream keeps only one message per key.
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + kKeyBytes, ""));
}

// Differs between versions of the file.
std::string version_of(const Job& job) {
  if (job.bytes) return hash(*job.bytes);
  std::error_code error;
  const auto size = std::filesystem::file_size(job.file, error);
  if (error) return "";
  const auto written = std::filesystem::last_write_time(job.file, error);
  return fmt::format("{} {}", size, written.time_since_epoch().count());
}

}  // namespace

std::string key_of(std::string_view file) { return hash(file); }

Outgoing to_message(const Job& job, const StreamNames& names, bool again) {
  Outgoing message{.subject = names.job_subject,
                   .id = hash(fmt::format("{}\n{}", job.file, version_of(job))),
                   .payload = job.bytes.value_or(job.file)};
  if (again) {
    message.id += fmt::format("-{}", std::chrono::system_clock::now().time_since_epoch().count());
  }
  // Headers are lines of text; file names can contain any bytes.
  if (job.bytes) message.header = {kFileHeader, base::percent_encode(job.file)};
  return message;
}

Result<Job> to_job(natsMsg* message) {
  std::string payload(natsMsg_GetData(message),
                      static_cast<std::size_t>(natsMsg_GetDataLength(message)));
  const auto file = header_of(message, kFileHeader);
  if (!file) return tl::make_unexpected(file.error());
  if (!*file) return Job{.file = std::move(payload)};
  return Job{.file = base::percent_decode(**file).value_or(**file), .bytes = std::move(payload)};
}

bool is_url(std::string_view file) {
  return file.starts_with("http://") || file.starts_with("https://");
}

}  // namespace genre::queue
