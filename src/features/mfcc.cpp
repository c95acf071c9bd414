#include "features/mfcc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/mfcc.cpp"
// This order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace genre::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

constexpr float kAmin = 1e-10F;  // power_to_db's default

// librosa.power_to_db before its floor; returns the greatest value.
float power_to_db(const MelBlock& mel, MelBlock& db) {
  const Frames d;
  auto max = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (std::size_t band = 0; band < kNMels; ++band) {
    for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
      const auto power = hn::Max(hn::Set(d, kAmin), hn::Load(d, mel.rows[band].data() + lane));
      const auto value = hn::Mul(hn::Set(d, 10.0F), hn::Log10(d, power));
      hn::Store(value, d, db.rows[band].data() + lane);
      max = hn::Max(max, value);
    }
  }
  return hn::GetLane(hn::MaxOfLanes(d, max));
}

// sums: [n_mels], to which the first n values of each band are added, raised to the floor.
void add_floored(const MelBlock& db, float floor_db, std::size_t n, double* sums) {
  const Frames d;
  for (std::size_t band = 0; band < kNMels; ++band) {
    auto sum = hn::Zero(d);
    for (std::size_t lane = 0; lane < n; lane += hn::Lanes(d)) {
      const auto value = hn::Load(d, db.rows[band].data() + lane);
      const auto floored = hn::Max(value, hn::Set(d, floor_db));
      sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, n - lane), floored));
    }
    sums[band] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace genre::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre {
namespace {

HWY_EXPORT(power_to_db);
HWY_EXPORT(add_floored);

constexpr float kTopDb = 80.0F;  // power_to_db's default

// scipy.fftpack.dct type 2, norm "ortho": basis[k][n] = s_k cos(pi k (2 n + 1) / (2 N)).
using DctBasis = std::array<std::array<double, kNMels>, kNMfcc>;
const DctBasis& dct_basis() {
  static const DctBasis basis = [] {
    DctBasis b{};
    for (std::size_t k = 0; k < kNMfcc; ++k) {
      const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / kNMels);
      for (std::size_t n = 0; n < kNMels; ++n) {
        b[k][n] = scale * std::cos(std::numbers::pi * static_cast<double>(k * (2 * n + 1)) /
                                   (2.0 * kNMels));
      }
    }
    return b;
  }();
  return basis;
}

}  // namespace

void MfccMean::start() {
  n_frames_ = 0;
  max_db_ = -std::numeric_limits<float>::infinity();
}

void MfccMean::add(const MelBlock& mel, std::size_t n) {
  const std::size_t block = n_frames_ / kBlockFrames;
  if (db_.size() <= block) db_.emplace_back();
  max_db_ = std::max(max_db_, HWY_DYNAMIC_DISPATCH(power_to_db)(mel, db_[block]));
  n_frames_ += n;
}

void MfccMean::finish(std::span<float, kNMfcc> mfcc) {
  std::array<double, kNMels> mean{};
  for (std::size_t first = 0; first < n_frames_; first += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, n_frames_ - first);
    HWY_DYNAMIC_DISPATCH(add_floored)(db_[first / kBlockFrames], max_db_ - kTopDb, n, mean.data());
  }
  for (double& m : mean) m /= static_cast<double>(n_frames_);

  for (std::size_t k = 0; k < kNMfcc; ++k) {
    double sum = 0;
    for (std::size_t n = 0; n < kNMels; ++n) sum += dct_basis()[k][n] * mean[n];
    mfcc[k] = static_cast<float>(sum);
  }
}

}  // namespace genre
#endif  // HWY_ONCE
