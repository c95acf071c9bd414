#include "audio/resampler.h"

#include <soxr.h>

#include <new>

namespace genre::audio {

void Resampler::Delete::operator()(soxr* handle) const { soxr_delete(handle); }

Resampler::Resampler(int sr_in, int sr_out) {
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  soxr_error_t error = nullptr;
  soxr_.reset(soxr_create(sr_in, sr_out, 1, &error, &io, &quality, nullptr));
  if (!soxr_) throw std::bad_alloc();  // the only possible failure for valid rates
}

Resampler::Progress Resampler::process(std::span<const float> x, std::span<float> y) {
  Progress progress{};
  soxr_process(soxr_.get(), x.empty() ? nullptr : x.data(), x.size(), &progress.consumed, y.data(),
               y.size(), &progress.produced);
  return progress;
}

}  // namespace genre::audio
