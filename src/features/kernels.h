// Vectorised loops over arrays of any length and alignment. Highway selects the widest vectors of
// the CPU at run time. Thread-safe.
#pragma once

#include <cstddef>
#include <span>

namespace genre::features {

// product[n] = a[n] * b[n]. All have the same length.
void multiply(std::span<const float> a, std::span<const float> b, std::span<float> product);
void multiply(std::span<const double> a, std::span<const float> b, std::span<double> product);

// The sum of x[n]^2, in single precision with at least four partial sums.
[[nodiscard]] float sum_of_squares(std::span<const float> x);

// Whether no value is NaN or infinite.
[[nodiscard]] bool all_finite(std::span<const float> x);

// The number of n in [1, size) for which exactly one of x[n - 1] and x[n] is below limit.
[[nodiscard]] std::size_t count_crossings(std::span<const float> x, float limit);

// values[n] = 10 log10(max(values[n], the smallest positive float)).
void power_to_db(std::span<float> values);

// values[n] = factor ln(max(gain values[n] + offset, floor)) + bias.
struct ScaledLog {
  float gain, offset, floor, factor, bias;
};
void scaled_log(std::span<float> values, const ScaledLog& log);

// values[n] = factor values[n] + bias.
void scale(std::span<float> values, float factor, float bias);

// values[n] = max(values[n], floor).
void raise_to(std::span<float> values, float floor);

// The largest of the values, which are not empty.
[[nodiscard]] float max_of(std::span<const float> values);

// y[n] = x[n + 1] - coefficient x[n]. x has one value more than y.
void pre_emphasize(std::span<const float> x, float coefficient, std::span<float> y);

}  // namespace genre::features
