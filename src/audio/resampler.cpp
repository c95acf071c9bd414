#include "audio/resampler.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
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

void StreamResampler::add(std::span<const float> x) {
  pending_ = x;
  in_ += x.size();
}

void StreamResampler::end() {
  total_ = static_cast<std::uint64_t>(std::ceil(static_cast<double>(in_) * ratio_));
}

std::size_t StreamResampler::read(std::span<float> y) {
  std::size_t filled = 0;
  while (filled < y.size() && !needs_input()) {
    std::span<float> rest = y.subspan(filled);
    if (total_) rest = rest.first(std::min<std::uint64_t>(rest.size(), *total_ - out_));
    if (rest.empty()) break;
    auto [consumed, produced] = resampler_.process(pending_, rest);
    if (total_ && produced == 0) {
      std::ranges::fill(rest, 0.0F);
      produced = rest.size();
    }
    pending_ = pending_.subspan(consumed);
    filled += produced;
    out_ += produced;
  }
  return filled;
}

}  // namespace genre::audio
