#include "train/shifted_systems.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace genre::train {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Below the diagonal. Wide enough for fast matrix products.
constexpr Index kBand = 32;

// The factor t of a product of reflectors I - v[i] coefficients[i] v[i]'.
MatrixXd block_factor(const MatrixXd& v, const Eigen::VectorXd& coefficients) {
  const MatrixXd products = v.transpose() * v;
  MatrixXd t = MatrixXd::Zero(v.cols(), v.cols());
  for (Index i = 0; i < v.cols(); ++i) {
    t.col(i).head(i) = -coefficients[i] * (t.topLeftCorner(i, i) * products.col(i).head(i));
    t(i, i) = coefficients[i];
  }
  return t;
}

// The number of entries of column j below the diagonal and within the band.
Index n_below(Index j, Index n) { return std::min(kBand, n - 1 - j); }

// Cholesky, in place.
void factorise(MatrixXd& band) {
  const Index n = band.cols();
  for (Index j = 0; j < n; ++j) {
    const Index below = n_below(j, n);
    band.col(j).head(below + 1) /= std::sqrt(band(0, j));
    for (Index i = 1; i <= below; ++i) {
      band.col(j + i).head(below - i + 1) -= band(i, j) * band.col(j).segment(i, below - i + 1);
    }
  }
}

// Solves L L' x = x in place. factor: L, from factorise().
void substitute(const MatrixXd& factor, MatrixXd& x) {
  const Index n = factor.cols();
  for (Index j = 0; j < n; ++j) {
    const Index below = n_below(j, n);
    x.row(j) /= factor(0, j);
    x.middleRows(j + 1, below).noalias() -= factor.col(j).segment(1, below) * x.row(j);
  }
  for (Index j = n - 1; j >= 0; --j) {
    const Index below = n_below(j, n);
    x.row(j).noalias() -= factor.col(j).segment(1, below).transpose() * x.middleRows(j + 1, below);
    x.row(j) /= factor(0, j);
  }
}

}  // namespace

ShiftedSystems::ShiftedSystems(MatrixXd a, MatrixXd b)
    : band_(MatrixXd::Zero(kBand + 1, a.cols())), b_(std::move(b)) {
  const Index n = a.cols();
  const double trace = a.trace();
  for (Index first = 0; first + kBand < n; first += kBand) {
    const Index n_rows = n - first - kBand;
    auto panel = a.block(first + kBand, first, n_rows, kBand);
    auto rest = a.bottomRightCorner(n_rows, n_rows);
    const Eigen::HouseholderQR<MatrixXd> qr(panel);
    const Index n_reflectors = qr.hCoeffs().size();
    MatrixXd v = qr.matrixQR().leftCols(n_reflectors).triangularView<Eigen::StrictlyLower>();
    v.diagonal().setOnes();
    const MatrixXd t = block_factor(v, qr.hCoeffs());
    panel = qr.matrixQR().triangularView<Eigen::Upper>();

    // Q' A Q = A - v x' - x v' needs half the operations of two products with Q.
    const MatrixXd vt = v * t;
    MatrixXd x = rest.selfadjointView<Eigen::Lower>() * vt;
    x -= 0.5 * v * (vt.transpose() * x);
    rest.triangularView<Eigen::Lower>() -= v * x.transpose();
    rest.triangularView<Eigen::Lower>() -= x * v.transpose();
    b_.bottomRows(n_rows) -= v * (vt.transpose() * b_.bottomRows(n_rows));
    reflectors_.push_back({std::move(v), t});

    // Of fewer rows of data than features: only rounding errors are left.
    if (rest.trace() <= kNegligible * trace) {
      rest.setZero();
      break;
    }
  }
  for (Index j = 0; j < n; ++j) {
    const Index size = n_below(j, n) + 1;
    band_.col(j).head(size) = a.col(j).segment(j, size);
  }
}

MatrixXd ShiftedSystems::solve(double scale, double shift) const {
  MatrixXd factor = scale * band_;
  factor.row(0).array() += shift;
  factorise(factor);
  MatrixXd x = b_;
  substitute(factor, x);
  for (auto reflector = reflectors_.rbegin(); reflector != reflectors_.rend(); ++reflector) {
    const auto& [v, t] = *reflector;
    auto rows = x.bottomRows(v.rows());
    rows -= v * (t * (v.transpose() * rows));
  }
  return x;
}

}  // namespace genre::train
