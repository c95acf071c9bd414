// Arrays in numpy's format
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace genre::batch {

// The start of a file with an array [n_rows, n_columns] of float32, row-major.
[[nodiscard]] std::string npy_header(std::size_t n_rows, std::size_t n_columns);

// Appends values to the file.
void append_npy(std::string& file, std::span<const float> values);

}  // namespace genre::batch
