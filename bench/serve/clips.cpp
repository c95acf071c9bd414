// Writes three seconds of an audio file in every format of the soak test.
#include <fmt/format.h>
#include <sndfile.h>

#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/files.h"
#include "genre/audio.h"
#include "unit/encode.h"

namespace genre::bench {
namespace {

constexpr int kSeconds = 3;

struct Format {
  const char* name;
  int format;  // libsndfile's SF_FORMAT_* bits
  std::array<int, 2> sample_rates;
};
constexpr Format kFormats[] = {
    {"8bit.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, {8000, 22050}},
    {"16bit.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, {22050, 44100}},
    {"24bit.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, {48000, 96000}},
    {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, {22050, 44100}},
    {"16bit.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, {22050, 44100}},
    {"16bit.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, {22050, 44100}},
    {"vorbis.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, {22050, 44100}},
    {"opus.ogg", SF_FORMAT_OGG | SF_FORMAT_OPUS, {16000, 48000}},
    {"layer3.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {22050, 44100}},
};

std::vector<float> interleave(std::span<const float> mono, int channels) {
  std::vector<float> interleaved;
  for (const float y : mono) {
    for (int channel = 0; channel < channels; ++channel) {
      interleaved.push_back(channel == 0 ? y : 0.9F * y);
    }
  }
  return interleaved;
}

void write(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

void write_all(std::span<const std::byte> clip, const std::filesystem::path& folder) {
  for (const Format& format : kFormats) {
    for (const int sample_rate : format.sample_rates) {
      auto audio = load(clip, sample_rate);
      if (!audio) throw std::runtime_error(audio.error().message);
      audio->y.resize(static_cast<std::size_t>(kSeconds * sample_rate));
      for (const int channels : {1, 2}) {
        write(folder / fmt::format("{}ch-{}-{}", channels, sample_rate, format.name),
              test::encode(interleave(audio->y, channels), sample_rate, format.format, channels));
      }
    }
  }
}

}  // namespace
}  // namespace genre::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: genre_clips CLIP FOLDER\n");
    return 2;
  }
  const auto clip = genre::base::read_file(argv[1]);
  if (!clip) {
    fmt::print(stderr, "genre_clips: {}\n", clip.error().message);
    return 1;
  }
  try {
    genre::bench::write_all(*clip, argv[2]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre_clips: {}\n", error.what());
    return 1;
  }
}
