// Benchmarks of the path from file bytes to certainties.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "audio/resampler.h"
#include "genre/audio.h"
#include "genre/predictor.h"
#include "inputs.h"
#include "predict/window_inputs.h"

namespace genre::bench {
namespace {

using namespace audio;

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

void model(benchmark::State& state, const std::shared_ptr<const Model>& built_in) {
  const ModelInfo& info = built_in->info();
  predict::WindowInputs inputs(*built_in);
  inputs.compute({.y = clip(), .sr = info.sample_rate()}, {});
  std::vector<std::span<const float>> values;
  for (std::size_t i = 0; i < info.inputs.size(); ++i) values.push_back(inputs.values(i, 0));
  Classifier classifier(built_in);
  std::vector<float> certainties(info.labels.size());
  for (auto _ : state) {
    classifier.predict_proba(values, certainties);
    benchmark::DoNotOptimize(certainties.data());
  }
}
BENCHMARK_CAPTURE(model, seed, Model::seed());
BENCHMARK_CAPTURE(model, default, Model::builtin());

void predict_22050_mono(benchmark::State& state, const std::shared_ptr<const Model>& built_in) {
  const auto file = wav_22050_mono();
  Predictor predictor(built_in);
  for (auto _ : state) benchmark::DoNotOptimize(predictor.predict(file));
}
BENCHMARK_CAPTURE(predict_22050_mono, seed, Model::seed());
BENCHMARK_CAPTURE(predict_22050_mono, default, Model::builtin());

void predict_44100_stereo(benchmark::State& state, const std::shared_ptr<const Model>& built_in) {
  const auto file = wav_44100_stereo();
  Predictor predictor(built_in);
  for (auto _ : state) benchmark::DoNotOptimize(predictor.predict(file));
}
BENCHMARK_CAPTURE(predict_44100_stereo, seed, Model::seed());
BENCHMARK_CAPTURE(predict_44100_stereo, default, Model::builtin());

// Argument: length of the song in seconds.
void predict_song(benchmark::State& state) {
  state.counters["audio"] = static_cast<double>(state.range(0));
  const auto file = wav_22050_mono(static_cast<double>(state.range(0)));
  Predictor predictor(Model::seed());
  for (auto _ : state) benchmark::DoNotOptimize(predictor.predict(file));
}
BENCHMARK(predict_song)->Arg(30)->Arg(600);

}  // namespace
}  // namespace genre::bench
