// A row-major matrix that owns its values.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace genre {

template <typename T>
struct Matrix {
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns)
      : n_rows(rows), n_columns(columns), values(rows * columns) {}

  [[nodiscard]] std::span<T> row(std::size_t i) {
    return std::span(values).subspan(i * n_columns, n_columns);
  }
  [[nodiscard]] std::span<const T> row(std::size_t i) const {
    return std::span(values).subspan(i * n_columns, n_columns);
  }

  std::size_t n_rows = 0, n_columns = 0;
  std::vector<T> values;  // [n_rows * n_columns]
};

}  // namespace genre
