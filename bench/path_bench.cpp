// From bytes to certainties.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "audio/resampler.h"
#include "features/gtzan26.h"
#include "genre/audio.h"
#include "genre/predictor.h"
#include "inputs.h"

namespace genre::bench {
namespace {

void decode(benchmark::State& state, const std::vector<std::byte>& file, int sample_rate) {
  std::vector<float> y(static_cast<std::size_t>(kClipSeconds * sample_rate));
  for (auto _ : state) {
    auto stream = AudioStream::open(file, sample_rate);
    benchmark::DoNotOptimize(stream->read(y));
  }
}

void decode_22050_mono(benchmark::State& state) { decode(state, wav_22050_mono(), 22050); }
BENCHMARK(decode_22050_mono);

void decode_44100_stereo(benchmark::State& state) { decode(state, wav_44100_stereo(), 44100); }
BENCHMARK(decode_44100_stereo);

void resample(benchmark::State& state, double seconds) {
  std::vector<float> x;
  const std::vector<float> once = clip_at_44100();
  while (static_cast<double>(x.size()) < 2 * seconds * kSampleRate) {
    x.insert(x.end(), once.begin(), once.end());
  }
  std::vector<float> y(x.size() / 2);
  state.counters["audio"] = seconds;
  for (auto _ : state) {
    Resampler resampler(2 * kSampleRate, kSampleRate);
    std::span<const float> in = x;
    for (std::span<float> out = y; !out.empty();) {
      const auto [consumed, produced] = resampler.process(in, out);
      if (consumed + produced == 0) break;
      in = in.subspan(consumed);
      out = out.subspan(produced);
    }
    benchmark::DoNotOptimize(y.data());
  }
}
BENCHMARK_CAPTURE(resample, clip, kClipSeconds);
BENCHMARK_CAPTURE(resample, song, 30.0);

void model(benchmark::State& state) {
  Classifier classifier(Model::builtin());
  std::array<float, kGtzan26Size> features{};
  Gtzan26Extractor().extract(clip(), features);
  std::vector<float> certainties(classifier.model().info().labels.size());
  for (auto _ : state) {
    classifier.predict_proba(features, certainties);
    benchmark::DoNotOptimize(certainties.data());
  }
}
BENCHMARK(model);

void predict(benchmark::State& state, const std::vector<std::byte>& file) {
  Predictor predictor(Model::builtin());
  for (auto _ : state) benchmark::DoNotOptimize(predictor.predict(file));
}

void predict_22050_mono(benchmark::State& state) { predict(state, wav_22050_mono()); }
BENCHMARK(predict_22050_mono);

void predict_44100_stereo(benchmark::State& state) { predict(state, wav_44100_stereo()); }
BENCHMARK(predict_44100_stereo);

// Argument: the song's length in seconds.
void predict_song(benchmark::State& state) {
  state.counters["audio"] = static_cast<double>(state.range(0));
  predict(state, wav_22050_mono(static_cast<double>(state.range(0))));
}
BENCHMARK(predict_song)->Arg(30)->Arg(600);

}  // namespace
}  // namespace genre::bench
