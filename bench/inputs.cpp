#include "inputs.h"

#include <sndfile.h>

#include <random>
#include <stdexcept>

#include "base/files.h"
#include "genre/audio.h"
#include "genre/features.h"
#include "unit/encode.h"

namespace genre::bench {
namespace {

std::vector<float> samples;

constexpr auto kSamples = static_cast<std::size_t>(kClipSeconds * kSampleRate);

}  // namespace

void read_clip(const std::string& path) {
  const auto bytes = base::read_file(path);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  auto audio = load(*bytes);
  if (!audio) throw std::runtime_error(path + ": " + audio.error().message);
  if (audio->y.size() < kSamples) throw std::runtime_error(path + " is shorter than 3 s");
  samples = std::move(audio->y);
  samples.resize(kSamples);
}

std::span<const float> clip() { return samples; }

std::vector<float> song(double seconds) {
  std::vector<float> y(static_cast<std::size_t>(seconds * kSampleRate));
  for (std::size_t n = 0; n < y.size(); ++n) y[n] = samples[n % samples.size()];
  return y;
}

std::vector<std::byte> wav_22050_mono(double seconds) {
  return test::encode_wav(song(seconds), kSampleRate);
}

std::vector<float> clip_at_44100() {
  auto audio = load(wav_22050_mono(), 2 * kSampleRate);
  if (!audio) throw std::runtime_error(audio.error().message);
  return std::move(audio->y);
}

std::vector<std::byte> wav_44100_stereo() {
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 3e-4F);
  std::vector<float> interleaved;
  for (const float sample : clip_at_44100()) {
    interleaved.insert(interleaved.end(), {sample + noise(random), 0.9F * sample + noise(random)});
  }
  return test::encode(interleaved, 2 * kSampleRate, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2);
}

}  // namespace genre::bench
