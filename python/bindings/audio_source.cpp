#include "audio_source.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "errors.h"

namespace genre::python {
namespace {

static_assert(std::endian::native == std::endian::little, "WAV's order of bytes");

constexpr std::size_t kHeader = 44;

class Writer {
 public:
  explicit Writer(std::vector<std::byte>& to) : to_(to.data()) {}
  void text(std::string_view text) { bytes(text.data(), text.size()); }
  void u16(std::uint16_t value) { bytes(&value, sizeof(value)); }
  void u32(std::size_t value) {
    const auto narrow = static_cast<std::uint32_t>(value);
    bytes(&narrow, sizeof(narrow));
  }
  void bytes(const void* from, std::size_t size) {
    std::memcpy(to_, from, size);
    to_ += size;
  }

 private:
  std::byte* to_;
};

std::vector<std::byte> float_wav(std::span<const float> y, int sr) {
  constexpr std::uint16_t kFloat = 3, kMono = 1, kBits = 32;
  constexpr std::size_t kFormatSize = 16;
  const std::size_t size = y.size_bytes();
  if (size > std::numeric_limits<std::uint32_t>::max() - kHeader) {
    throw Failure{{.code = ErrorCode::kTooLong,
                   .message = "y has more than a billion samples; write them to a file instead"}};
  }
  std::vector<std::byte> wav(kHeader + size);
  Writer writer(wav);
  writer.text("RIFF");
  writer.u32(kHeader - 8 + size);
  writer.text("WAVEfmt ");
  writer.u32(kFormatSize);
  writer.u16(kFloat);
  writer.u16(kMono);
  writer.u32(static_cast<std::size_t>(sr));
  writer.u32(static_cast<std::size_t>(sr) * sizeof(float));
  writer.u16(sizeof(float));
  writer.u16(kBits);
  writer.text("data");
  writer.u32(size);
  if (size > 0) writer.bytes(y.data(), size);
  return wav;
}

std::span<const std::byte> bytes_of(const nanobind::bytes& bytes) {
  return {static_cast<const std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace

AudioSource AudioSource::open(const std::string& path) {
  return AudioSource(without_gil([&] { return AudioFile::open(path); }));
}

AudioSource::AudioSource(nanobind::bytes bytes) : object_(bytes), file_(bytes_of(bytes)) {}

AudioSource::AudioSource(std::span<const float> y, int sr)
    : wav_(float_wav(y, sr)), file_(std::span<const std::byte>(wav_)) {}

}  // namespace genre::python
