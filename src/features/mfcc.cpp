#include "features/mfcc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace genre {
namespace {

constexpr float kAmin = 1e-10F;  // power_to_db's defaults
constexpr float kTopDb = 80.0F;

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

void MfccMean::start(std::size_t n_frames) {
  db_.clear();
  db_.reserve(n_frames * kNMels);
  max_db_ = -std::numeric_limits<float>::infinity();
}

void MfccMean::add(std::span<const float, kNMels> mel) {
  for (const float power : mel) {
    const float db = 10.0F * std::log10(std::max(kAmin, power));
    max_db_ = std::max(max_db_, db);
    db_.push_back(db);
  }
}

void MfccMean::finish(std::span<float, kNMfcc> mfcc) {
  const float floor_db = max_db_ - kTopDb;
  std::array<double, kNMels> mean{};
  for (std::size_t i = 0; i < db_.size(); i += kNMels) {
    for (std::size_t band = 0; band < kNMels; ++band)
      mean[band] += std::max(db_[i + band], floor_db);
  }
  for (double& m : mean) m /= static_cast<double>(db_.size() / kNMels);

  for (std::size_t k = 0; k < kNMfcc; ++k) {
    double sum = 0;
    for (std::size_t n = 0; n < kNMels; ++n) sum += dct_basis()[k][n] * mean[n];
    mfcc[k] = static_cast<float>(sum);
  }
}

}  // namespace genre
