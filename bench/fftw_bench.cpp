// Ways to compute the spectra of the clip with FFTW: the reference of all ratios, the one in use,
// and those that were not faster (docs/performance.md).
#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <algorithm>
#include <complex>
#include <vector>

#include "features/block.h"
#include "features/constants.h"
#include "inputs.h"

namespace genre::bench {
namespace {

using namespace features;

std::size_t n_frames() { return frame_count(clip().size()); }

// Buffers for `howmany` frames at a time, and the plan on them.
struct Transform {
  explicit Transform(std::size_t howmany) : in(howmany * kNFft), out(howmany * kNBins) {}
  ~Transform() { fftwf_destroy_plan(plan); }
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;

  [[nodiscard]] fftwf_complex* output() { return reinterpret_cast<fftwf_complex*>(out.data()); }
  [[nodiscard]] fftwf_plan plan_real(unsigned flags) {
    return fftwf_plan_dft_r2c_1d(kNFft, in.data(), output(), flags);
  }
  void run(benchmark::State& state, std::size_t times) {
    for (std::size_t n = 0; n < in.size(); ++n) in[n] = clip()[n % clip().size()];
    for (auto _ : state) {
      for (std::size_t i = 0; i < times; ++i) fftwf_execute(plan);
    }
  }

  std::vector<float> in;
  std::vector<std::complex<float>> out;
  fftwf_plan plan = nullptr;
};

// The bare FFTs, the reference of the ratios: real data, with a measured plan.
void fft(benchmark::State& state) {
  Transform transform(1);
  transform.plan = transform.plan_real(FFTW_MEASURE);
  transform.run(state, n_frames());
}
BENCHMARK(fft);

void fft_estimated(benchmark::State& state) {
  Transform transform(1);
  fftwf_forget_wisdom();  // otherwise FFTW would reuse a measured plan
  transform.plan = transform.plan_real(FFTW_ESTIMATE);
  transform.run(state, n_frames());
}
BENCHMARK(fft_estimated);

// As in the extractor: complex data of half the length, with an estimated plan.
void fft_half_length(benchmark::State& state) {
  Transform transform(1);
  fftwf_forget_wisdom();
  transform.plan =
      fftwf_plan_dft_1d(kNFft / 2, reinterpret_cast<fftwf_complex*>(transform.in.data()),
                        transform.output(), FFTW_FORWARD, FFTW_ESTIMATE);
  transform.run(state, n_frames());
}
BENCHMARK(fft_half_length);

// Sixteen frames at a time. FFTW interleaves their spectra, which is the layout for the kernels.
void fft_side_by_side(benchmark::State& state) {
  constexpr int kFrames = static_cast<int>(kBlockFrames);
  constexpr int kSize = static_cast<int>(kNFft);
  Transform transform(kBlockFrames);
  transform.plan =
      fftwf_plan_many_dft_r2c(1, &kSize, kFrames, transform.in.data(), nullptr, 1, kSize,
                              transform.output(), nullptr, kFrames, 1, FFTW_MEASURE);
  transform.run(state, (n_frames() + kBlockFrames - 1) / kBlockFrames);
}
BENCHMARK(fft_side_by_side);

void plan(benchmark::State& state, unsigned flags) {
  Transform transform(1);
  for (auto _ : state) {
    fftwf_forget_wisdom();
    fftwf_destroy_plan(transform.plan);
    transform.plan = transform.plan_real(flags);
  }
}
BENCHMARK_CAPTURE(plan, measured, FFTW_MEASURE);
BENCHMARK_CAPTURE(plan, estimated, FFTW_ESTIMATE);

}  // namespace
}  // namespace genre::bench
