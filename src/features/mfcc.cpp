#include "features/mfcc.h"

#include "features/dct.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/mfcc.cpp"
// This order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

constexpr float kAmin = 1e-10F;  // power_to_db's defaults
constexpr float kTopDb = 80.0F;

template <class V>
V power_to_db(V power) {
  const Frames d;
  return hn::Mul(hn::Set(d, 10.0F), hn::Log10(d, hn::Max(hn::Set(d, kAmin), power)));
}

float floor_db(float loudest) {
  return hn::GetLane(power_to_db(hn::Set(Frames(), loudest))) - kTopDb;
}

float loudest(const MelBlock& mel) {
  const Frames d;
  auto max = hn::Zero(d);
  for (const FrameValues& band : mel.rows) {
    for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
      max = hn::Max(max, hn::Load(d, band.data() + lane));
    }
  }
  return hn::GetLane(hn::MaxOfLanes(d, max));
}

// Adds the values of each band in the first n frames to sums, [n_mels].
void add_db(const MelBlock& mel, float floor_db, std::size_t n, double* sums) {
  const Frames d;
  for (std::size_t band = 0; band < kNMels; ++band) {
    auto sum = hn::Zero(d);
    for (std::size_t lane = 0; lane < n; lane += hn::Lanes(d)) {
      const auto db = power_to_db(hn::Load(d, mel.rows[band].data() + lane));
      const auto floored = hn::Max(db, hn::Set(d, floor_db));
      sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, n - lane), floored));
    }
    sums[band] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(floor_db);
HWY_EXPORT(loudest);
HWY_EXPORT(add_db);

}  // namespace

float loudest(const MelBlock& mel) { return HWY_DYNAMIC_DISPATCH(loudest)(mel); }

MfccMean::MfccMean(float clip_loudest) : floor_db_(HWY_DYNAMIC_DISPATCH(floor_db)(clip_loudest)) {}

void MfccMean::add(const MelBlock& mel, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(add_db)(mel, floor_db_, n, db_sums_.data());
  n_frames_ += n;
}

void MfccMean::compute(std::span<float, kNMfcc> mfcc) const {
  static const auto basis = dct_basis(kNMfcc);
  for (std::size_t k = 0; k < kNMfcc; ++k) {
    double sum = 0;
    for (std::size_t n = 0; n < kNMels; ++n) sum += basis[k][n] * db_sums_[n];
    mfcc[k] = static_cast<float>(sum / static_cast<double>(n_frames_));
  }
}

}  // namespace genre::features
#endif  // HWY_ONCE
