#include "features/matrix_product.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/matrix_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kPart = 32;  // terms per partial sum
// out[row][t, t + Lanes) for n_rows rows of a, whose sums stay in registers.
template <std::size_t n_rows, class D>
HWY_INLINE void tile(D d, const float* HWY_RESTRICT a, std::size_t n_terms,
                     const float* HWY_RESTRICT b, std::size_t n_columns, float* HWY_RESTRICT out) {
  hn::Vec<D> sums[n_rows];
  for (auto& sum : sums) sum = hn::Zero(d);
  for (std::size_t first = 0; first < n_terms; first += kPart) {
    hn::Vec<D> parts[n_rows];
    for (auto& part : parts) part = hn::Zero(d);
    for (std::size_t k = first; k < std::min(first + kPart, n_terms); ++k) {
      const auto x = hn::LoadU(d, b + k * n_columns);
      for (std::size_t row = 0; row < n_rows; ++row) {
        parts[row] = hn::MulAdd(hn::Set(d, a[row * n_terms + k]), x, parts[row]);
      }
    }
    for (std::size_t row = 0; row < n_rows; ++row) sums[row] = hn::Add(sums[row], parts[row]);
  }
  for (std::size_t row = 0; row < n_rows; ++row) hn::StoreU(sums[row], d, out + row * n_columns);
}

// All columns of n_rows rows.
template <std::size_t n_rows>
void multiply_rows(const float* a, std::size_t n_terms, const float* b, std::size_t n_columns,
                   float* out) {
  const hn::CappedTag<float, 16> d;
  const hn::CappedTag<float, 1> one;
  if (n_columns < hn::Lanes(d)) {
    for (std::size_t t = 0; t < n_columns; ++t) {
      tile<n_rows>(one, a, n_terms, b + t, n_columns, out + t);
    }
    return;
  }
  for (std::size_t t = 0; t < n_columns; t += hn::Lanes(d)) {
    // The last columns overlap with those before, which get the same values again.
    const std::size_t first = std::min(t, n_columns - hn::Lanes(d));
    tile<n_rows>(d, a, n_terms, b + first, n_columns, out + first);
  }
}

void product(const float* a, std::size_t n_rows, std::size_t n_terms, const float* b,
             std::size_t n_columns, float* out) {
  // Eight chains of multiply-add hide its latency.
  constexpr std::size_t kMany = 8, kSome = 4;
  while (n_rows > 0) {
    const std::size_t rows = n_rows >= kMany ? kMany : n_rows >= kSome ? kSome : 1;
    const auto multiply = rows == kMany   ? multiply_rows<kMany>
                          : rows == kSome ? multiply_rows<kSome>
                                          : multiply_rows<1>;
    multiply(a, n_terms, b, n_columns, out);
    a += rows * n_terms;
    out += rows * n_columns;
    n_rows -= rows;
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(product);
}

Matrix<float> product(const Matrix<float>& a, const Matrix<float>& b) {
  Matrix<float> out(a.n_rows, b.n_columns);
  HWY_DYNAMIC_DISPATCH(product)
  (a.values.data(), a.n_rows, a.n_columns, b.values.data(), b.n_columns, out.values.data());
  return out;
}

}  // namespace genre::features
#endif  // HWY_ONCE
