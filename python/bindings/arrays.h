// numpy arrays in and out without copies.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "genre/matrix.h"

namespace genre::python {

namespace nb = nanobind;

// Views of float32 arrays of the caller, who must not change them during the call.
using Samples = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Values = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;  // float64
using Rows = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Samples are a view, rows a copy: the library's matrices own their values.
[[nodiscard]] inline std::span<const float> value(const Samples& y) { return {y.data(), y.size()}; }
[[nodiscard]] inline Matrix<float> value(const Rows& rows) {
  Matrix<float> matrix(rows.shape(0), rows.shape(1));
  matrix.values.assign(rows.data(), rows.data() + rows.size());
  return matrix;
}

// The array owns the values: numpy frees the vector with its last view. T: float, complex<float>.
template <typename T, std::size_t N>
[[nodiscard]] nb::ndarray<nb::numpy, T, nb::ndim<N>> to_numpy(std::vector<T>&& values,
                                                              const std::size_t (&shape)[N]) {
  auto* owned = new std::vector<T>(std::move(values));
  const nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return nb::ndarray<nb::numpy, T, nb::ndim<N>>(owned->data(), N, shape, owner);
}

template <typename T>
[[nodiscard]] auto to_numpy(Matrix<T>&& matrix) {
  return to_numpy<T, 2>(std::move(matrix.values), {matrix.n_rows, matrix.n_columns});
}

}  // namespace genre::python
