// librosa's functions per frame with their defaults, each on the clip: compare_librosa.py times
// librosa beside them.
#include <benchmark/benchmark.h>

#include "genre/librosa.h"
#include "inputs.h"

namespace genre::bench {
namespace {

template <typename F>
void add(const char* name, const F& f) {
  benchmark::RegisterBenchmark(name, [f](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(f(clip()));
  });
}

using Clip = std::span<const float>;

const bool frames_registered = [] {
  add("frames/stft", [](Clip y) { return librosa::stft(y); });
  add("frames/melspectrogram", [](Clip y) { return librosa::melspectrogram(y); });
  add("frames/mfcc", [](Clip y) { return librosa::mfcc(y); });
  add("frames/chroma_stft", [](Clip y) { return librosa::chroma_stft(y); });
  add("frames/rms", [](Clip y) { return librosa::rms(y); });
  add("frames/zero_crossing_rate", [](Clip y) { return librosa::zero_crossing_rate(y); });
  add("frames/spectral_centroid", [](Clip y) { return librosa::spectral_centroid(y); });
  add("frames/spectral_bandwidth", [](Clip y) { return librosa::spectral_bandwidth(y); });
  add("frames/spectral_rolloff", [](Clip y) { return librosa::spectral_rolloff(y); });
  add("frames/spectral_contrast", [](Clip y) { return librosa::spectral_contrast(y); });
  add("frames/spectral_flatness", [](Clip y) { return librosa::spectral_flatness(y); });
  add("frames/poly_features", [](Clip y) { return librosa::poly_features(y); });
  add("frames/onset_strength", [](Clip y) { return librosa::onset_strength(y); });
  return true;
}();

}  // namespace
}  // namespace genre::bench
