#include "unit/encode.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <stdexcept>

namespace genre::test {
namespace {

struct GrowingFile {
  std::vector<std::byte> bytes;
  std::size_t position = 0;
};

GrowingFile& as_file(void* user) { return *static_cast<GrowingFile*>(user); }

constexpr SF_VIRTUAL_IO kIo = {
    [](void* user) { return static_cast<sf_count_t>(as_file(user).bytes.size()); },
    [](sf_count_t offset, int whence, void* user) {
      GrowingFile& file = as_file(user);
      const auto base = static_cast<sf_count_t>(whence == SEEK_SET   ? 0
                                                : whence == SEEK_CUR ? file.position
                                                                     : file.bytes.size());
      file.position = static_cast<std::size_t>(base + offset);
      return base + offset;
    },
    [](void* to, sf_count_t count, void* user) {
      GrowingFile& file = as_file(user);
      const auto n = std::min(static_cast<std::size_t>(count), file.bytes.size() - file.position);
      std::memcpy(to, file.bytes.data() + file.position, n);
      file.position += n;
      return static_cast<sf_count_t>(n);
    },
    [](const void* from, sf_count_t count, void* user) {
      GrowingFile& file = as_file(user);
      const auto n = static_cast<std::size_t>(count);
      file.bytes.resize(std::max(file.bytes.size(), file.position + n));
      std::memcpy(file.bytes.data() + file.position, from, n);
      file.position += n;
      return count;
    },
    [](void* user) { return static_cast<sf_count_t>(as_file(user).position); }};

// configure: called with the file before its first sample.
template <typename Configure>
std::vector<std::byte> encode_with(Configure configure, std::span<const float> interleaved,
                                   int sample_rate, int format, int channels) {
  GrowingFile file;
  SF_INFO info{};
  info.samplerate = sample_rate;
  info.channels = channels;
  info.format = format;
  SF_VIRTUAL_IO io = kIo;
  SNDFILE* sndfile = sf_open_virtual(&io, SFM_WRITE, &info, &file);
  if (sndfile == nullptr) throw std::runtime_error(sf_strerror(nullptr));
  sf_command(sndfile, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  configure(sndfile);
  // In pieces, for libvorbis puts what it is given on the stack.
  const auto piece_size = std::size_t{4096} * static_cast<std::size_t>(channels);
  for (; !interleaved.empty();
       interleaved = interleaved.subspan(std::min(piece_size, interleaved.size()))) {
    const auto piece = interleaved.first(std::min(piece_size, interleaved.size()));
    sf_writef_float(sndfile, piece.data(), static_cast<sf_count_t>(piece.size()) / channels);
  }
  sf_close(sndfile);
  return file.bytes;
}

}  // namespace

std::vector<std::byte> encode(std::span<const float> interleaved, int sample_rate, int format,
                              int channels) {
  return encode_with([](SNDFILE*) {}, interleaved, sample_rate, format, channels);
}

std::vector<std::byte> encode_vbr_mp3(std::span<const float> y, int sample_rate) {
  const auto configure = [](SNDFILE* sndfile) {
    int mode = SF_BITRATE_MODE_VARIABLE;
    sf_command(sndfile, SFC_SET_BITRATE_MODE, &mode, sizeof(mode));
  };
  return encode_with(configure, y, sample_rate, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1);
}

std::vector<std::byte> encode_wav(std::span<const float> y, int sample_rate) {
  return encode(y, sample_rate, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
}

std::vector<float> sine(double hz, double seconds, int sample_rate, double amplitude) {
  std::vector<float> y(static_cast<std::size_t>(std::lround(seconds * sample_rate)));
  for (std::size_t n = 0; n < y.size(); ++n) {
    y[n] = static_cast<float>(
        amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / sample_rate));
  }
  return y;
}

}  // namespace genre::test
