#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "audio/byte_stream.h"
#include "audio/container.h"
#include "audio/mpeg_frames.h"
#include "base/files.h"
#include "genre/audio.h"

namespace genre {
namespace {

// Bytes. Up to this size, one read of the whole file is faster. Of a longer file, this much is
// held: enough for its headers.
constexpr std::size_t kStart = std::size_t{4} << 20;

}  // namespace

struct AudioFile::Opened {
  Opened(int opened, std::vector<std::byte> read) : descriptor(opened), bytes(std::move(read)) {}
  // Different bytes of the same open file.
  Opened(std::shared_ptr<const Opened> opened, std::vector<std::byte> read)
      : descriptor(opened->descriptor),
        stream(opened->stream),
        bytes(std::move(read)),
        owner(std::move(opened)) {}
  explicit Opened(std::shared_ptr<audio::ByteStream> opened)
      : descriptor(opened->descriptor()), stream(std::move(opened)) {}
  ~Opened() {
    if (descriptor >= 0 && !owner && !stream) close(descriptor);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  int descriptor;                             // -1: all of the file is in bytes
  std::shared_ptr<audio::ByteStream> stream;  // null if it is a file
  std::vector<std::byte> bytes;
  std::shared_ptr<const Opened> owner;  // closes the descriptor; null: this does
};

AudioFile::AudioFile(std::span<const std::byte> bytes) : start_(bytes), size_(bytes.size()) {}

AudioFile::AudioFile(std::shared_ptr<const Opened> opened, std::uint64_t size)
    : start_(opened->bytes), size_(size), opened_(std::move(opened)) {}

Result<AudioFile> AudioFile::open(const std::string& path) {
  // stat before open, because a pipe can be opened only once.
  struct stat status {};
  const bool is_long = stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                       status.st_size > static_cast<off_t>(kStart);
  const int descriptor = is_long ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    return fail(ErrorCode::kUnreadableFile,
                "the file cannot be read: it is a device; give a file, or - for a pipe");
  }
  if (descriptor < 0) {
    return base::read_file(path).map([](std::vector<std::byte>&& bytes) {
      const std::size_t size = bytes.size();
      return AudioFile(std::make_shared<const Opened>(-1, std::move(bytes)), size);
    });
  }
  const auto opened = std::make_shared<Opened>(descriptor, std::vector<std::byte>());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::vector<std::byte> start(kStart);
  if (AudioFile(opened, size).read(0, start) < kStart) {
    return fail(ErrorCode::kUnreadableFile, "the file cannot be read");
  }
  opened->bytes = std::move(start);
  return AudioFile(opened, size);
}

AudioFile AudioFile::stream(int descriptor) {
  return AudioFile(std::make_shared<const Opened>(std::make_shared<audio::ByteStream>(descriptor)),
                   audio::ByteStream::kEndless);
}

bool AudioFile::is_stream() const { return opened_ && opened_->stream; }

std::uint64_t AudioFile::size() const {
  if (!is_stream()) return size_;
  const std::uint64_t end = opened_->stream->end();
  return std::min(size_, end - std::min(begin_, end));
}

std::size_t AudioFile::read_some(std::uint64_t offset, std::span<std::byte> to) const {
  if (!is_stream() || offset < start_.size()) {
    return read(offset, is_stream() ? to.first(std::min(to.size(), start_.size() - offset)) : to);
  }
  to = to.first(std::min<std::uint64_t>(to.size(), size_ - std::min(offset, size_)));
  return opened_->stream->read(begin_ + offset, to, 1);
}

std::size_t AudioFile::read(std::uint64_t offset, std::span<std::byte> to) const {
  to = to.first(std::min<std::uint64_t>(to.size(), size_ - std::min(offset, size_)));
  std::size_t n = 0;
  if (offset < start_.size()) {
    n = std::min<std::size_t>(to.size(), start_.size() - offset);
    std::memcpy(to.data(), start_.data() + offset, n);
  }
  if (is_stream() && n < to.size()) {
    const auto rest = to.subspan(n);
    return n + opened_->stream->read(begin_ + offset + n, rest, rest.size());
  }
  while (n < to.size()) {
    const ssize_t more = pread(opened_->descriptor, to.data() + n, to.size() - n,
                               static_cast<off_t>(begin_ + offset + n));
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;  // the file was truncated, or a read error
    n += static_cast<std::size_t>(more);
  }
  return n;
}

AudioFile AudioFile::from(std::uint64_t offset, std::size_t n_held) const {
  offset = std::min(offset, size_);
  AudioFile rest = *this;
  rest.begin_ += offset;
  rest.size_ -= offset;
  rest.start_ = start_.subspan(std::min<std::uint64_t>(offset, start_.size()));
  const auto least = static_cast<std::size_t>(std::min<std::uint64_t>(n_held, rest.size_));
  if (rest.start_.size() >= least) return rest;

  std::vector<std::byte> bytes(least);
  bytes.resize(read(offset, bytes));
  if (bytes.size() < least) rest.size_ = bytes.size();  // the file was truncated
  rest.opened_ = std::make_shared<const Opened>(opened_, std::move(bytes));
  rest.start_ = rest.opened_->bytes;
  return rest;
}

AudioFile AudioFile::first(std::uint64_t size) const {
  AudioFile file = *this;
  file.size_ = std::min(size, size_);
  file.start_ = start_.first(std::min<std::uint64_t>(file.size_, start_.size()));
  return file;
}

AudioFile AudioFile::with_track(unsigned track) const {
  AudioFile file = *this;
  file.track_ = track;
  return file;
}

AudioFile AudioFile::with_pcm(const PcmFormat& format) const {
  AudioFile file = *this;
  file.pcm_ = format;
  return file;
}

int AudioFile::descriptor() const { return opened_ ? opened_->descriptor : -1; }

bool looks_like_audio(std::span<const std::byte> start) {
  const AudioFile file(start);
  return audio::tags_size(file) > 0 || audio::starts_as_mpeg(start) ||
         !audio::inspect_container(file).name.empty();
}

}  // namespace genre
