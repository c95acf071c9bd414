// Vectorised loops over arrays of any length and alignment. Highway selects the widest vectors of
// the CPU at run time. Thread-safe.
#pragma once

#include <cstddef>
#include <span>

namespace genre::features {

// product[n] = a[n] * b[n]. All have the same length.
void multiply(std::span<const float> a, std::span<const float> b, std::span<float> product);

// The sum of x[n]^2, in single precision with at least four partial sums.
[[nodiscard]] float sum_of_squares(std::span<const float> x);

// The number of n in [1, size) for which exactly one of x[n - 1] and x[n] is below limit.
[[nodiscard]] std::size_t count_crossings(std::span<const float> x, float limit);

// values[n] = 10 log10(max(values[n], the smallest positive float)).
void power_to_db(std::span<float> values);

}  // namespace genre::features
