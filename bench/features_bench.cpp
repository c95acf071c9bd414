// The stages of the extractor, each on all frames of the clip, and the whole extractor.
#include <benchmark/benchmark.h>
#include <fftw3.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <complex>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "features/aligned.h"
#include "features/chroma.h"
#include "features/gtzan26.h"
#include "features/mel.h"
#include "features/mfcc.h"
#include "features/rms.h"
#include "features/spectral.h"
#include "features/spectrogram.h"
#include "features/texture.h"
#include "features/tuning.h"
#include "features/zero_crossing_rate.h"
#include "genre/features.h"
#include "genre/frontend.h"
#include "inputs.h"

namespace genre::bench {
namespace {

using namespace features;

using Features = std::array<float, kGtzan26Size>;

// The spectra of the clip, and the blocks that are the input of the later stages.
struct Spectra {
  Spectra() : frames(clip(), PadMode::kConstant), magnitude(n_blocks()), power(n_blocks()) {
    compute();
  }

  [[nodiscard]] std::size_t n_blocks() const {
    return (frames.size() + kBlockFrames - 1) / kBlockFrames;
  }
  void compute() {
    for (std::size_t block = 0; block < n_blocks(); ++block) {
      const std::size_t first = block * kBlockFrames;
      spectrogram.compute(frames, first, std::min(kBlockFrames, frames.size() - first),
                          magnitude[block], power[block]);
    }
  }

  ClipFrames frames;
  Spectrogram spectrogram;
  std::vector<SpectrumBlock> magnitude, power;
};

void stft(benchmark::State& state) {
  Spectra spectra;
  for (auto _ : state) spectra.compute();
}
BENCHMARK(stft);

void spectral(benchmark::State& state) {
  const Spectra spectra;
  for (auto _ : state) {
    for (const auto& magnitude : spectra.magnitude) {
      benchmark::DoNotOptimize(spectral_shapes(magnitude));
    }
  }
}
BENCHMARK(spectral);

void mel(benchmark::State& state) {
  const Spectra spectra;
  const MelFilters filters;
  MelBlock mel;
  for (auto _ : state) {
    for (const auto& power : spectra.power) {
      filters.apply(power, mel);
      benchmark::DoNotOptimize(mel);
    }
  }
}
BENCHMARK(mel);

void mfcc(benchmark::State& state) {
  const Spectra spectra;
  std::vector<MelBlock> mels(spectra.n_blocks());
  for (std::size_t block = 0; block < mels.size(); ++block) {
    MelFilters().apply(spectra.power[block], mels[block]);
  }
  std::array<float, kNMfcc> means{};
  for (auto _ : state) {
    float max = 0;
    for (const auto& mel : mels) max = std::max(max, loudest(mel));
    MfccMean mean(max);
    for (const auto& mel : mels) mean.add(mel, kBlockFrames);
    mean.compute(means);
    benchmark::DoNotOptimize(means);
  }
}
BENCHMARK(mfcc);

void tuning(benchmark::State& state) {
  const Spectra spectra;
  TuningEstimator estimator;
  for (auto _ : state) {
    estimator.start();
    for (const auto& power : spectra.power) estimator.add(power);
    benchmark::DoNotOptimize(estimator.finish());
  }
}
BENCHMARK(tuning);

void chroma(benchmark::State& state) {
  const Spectra spectra;
  const ChromaFilters& filters = chroma_filters(kNTunings / 2);
  for (auto _ : state) {
    for (const auto& power : spectra.power) {
      benchmark::DoNotOptimize(chroma_sums(filters, power));
    }
  }
}
BENCHMARK(chroma);

void rms(benchmark::State& state) {
  const ClipFrames frames(clip(), PadMode::kConstant);
  for (auto _ : state) benchmark::DoNotOptimize(rms_mean(frames));
}
BENCHMARK(rms);

void zero_crossing_rate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(zero_crossing_rate_mean(clip()));
}
BENCHMARK(zero_crossing_rate);

void gtzan26(benchmark::State& state) {
  Gtzan26Extractor extractor;
  Features features{};
  for (auto _ : state) {
    extractor.extract(clip(), features);
    benchmark::DoNotOptimize(features);
  }
}
BENCHMARK(gtzan26);

void texture(benchmark::State& state) {
  TextureExtractor extractor;
  std::vector<float> features(texture_names().size());
  for (auto _ : state) {
    extractor.extract(clip(), features);
    benchmark::DoNotOptimize(features.data());
  }
}
BENCHMARK(texture);

// The front ends that networks take, of three seconds at their own rate. The clip's samples stand
// for those at any rate.
void frontend(benchmark::State& state, const FrontendParameters& parameters) {
  const auto y = song(kClipSeconds * parameters.sr / kSampleRate);
  auto frontend = Frontend::create(parameters);
  for (auto _ : state) benchmark::DoNotOptimize(frontend->log_mel(y).values.data());
}

// The bare FFTs of a front end: real data, measured plan.
void frontend_fft(benchmark::State& state, const FrontendParameters& parameters) {
  const auto n_fft = static_cast<int>(parameters.n_fft);
  AlignedVector<float> in(parameters.n_fft);
  AlignedVector<std::complex<float>> out(parameters.n_fft / 2 + 1);
  const fftwf_plan plan = fftwf_plan_dft_r2c_1d(
      n_fft, in.data(), reinterpret_cast<fftwf_complex*>(out.data()), FFTW_MEASURE);
  std::copy_n(clip().begin(), in.size(), in.begin());
  const auto n_samples = static_cast<std::size_t>(kClipSeconds * parameters.sr);
  const std::size_t n_frames = Frontend::create(parameters)->n_frames(n_samples);
  for (auto _ : state) {
    for (std::size_t t = 0; t < n_frames; ++t) fftwf_execute(plan);
  }
  fftwf_destroy_plan(plan);
}

const bool frontends_registered = [] {
  for (const NamedFrontend& named : builtin_frontends()) {
    const std::string name(named.name);
    benchmark::RegisterBenchmark(("frontend_fft/" + name).c_str(), frontend_fft, named.parameters);
    benchmark::RegisterBenchmark(("frontend/" + name).c_str(), frontend, named.parameters);
  }
  return true;
}();

// One benchmark per instruction set that the processor supports.
void gtzan26_on(benchmark::State& state, std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  gtzan26(state);
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}
const bool targets_registered = [] {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const std::string name = std::string("gtzan26/") + hwy::TargetName(target);
    benchmark::RegisterBenchmark(name.c_str(), gtzan26_on, target);
  }
  return true;
}();

// One window; the argument is its length in seconds. From 10 s on, the extractor computes spectra
// twice instead of storing them.
void one_window(benchmark::State& state) {
  const auto y = song(static_cast<double>(state.range(0)));
  state.counters["audio"] = static_cast<double>(state.range(0));
  Gtzan26Extractor extractor;
  Features features{};
  for (auto _ : state) {
    extractor.extract(y, features);
    benchmark::DoNotOptimize(features);
  }
}
BENCHMARK(one_window)->Arg(10)->Arg(30);

// Argument: number of consecutive windows.
void windows(benchmark::State& state) {
  const auto n_windows = static_cast<std::size_t>(state.range(0));
  const auto y = song(kClipSeconds * static_cast<double>(n_windows));
  state.counters["audio"] = kClipSeconds * static_cast<double>(n_windows);
  Gtzan26Extractor extractor;
  Features features{};
  for (auto _ : state) {
    for (std::size_t window = 0; window < n_windows; ++window) {
      extractor.extract(std::span(y).subspan(window * clip().size(), clip().size()), features);
      benchmark::DoNotOptimize(features);
    }
  }
}
BENCHMARK(windows)->Arg(10)->Arg(200);

// Argument: number of threads that share 200 windows.
void threads(benchmark::State& state) {
  constexpr std::size_t kWindows = 200;
  const auto n_threads = static_cast<std::size_t>(state.range(0));
  state.counters["audio"] = kClipSeconds * kWindows;
  std::vector<Gtzan26Extractor> extractors(n_threads);
  for (auto _ : state) {
    std::vector<std::jthread> running;
    for (Gtzan26Extractor& extractor : extractors) {
      running.emplace_back([&extractor, n_threads] {
        Features features{};
        for (std::size_t window = 0; window < kWindows / n_threads; ++window) {
          extractor.extract(clip(), features);
          benchmark::DoNotOptimize(features);
        }
      });
    }
  }
}
BENCHMARK(threads)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace genre::bench
