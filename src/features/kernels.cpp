#include "features/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/kernels.cpp"
// This order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>
// clang-format on

#include <limits>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;

void multiply(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, float* HWY_RESTRICT product,
              std::size_t size) {
  const Floats d;
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    hn::StoreU(hn::Mul(hn::LoadU(d, a + n), hn::LoadU(d, b + n)), d, product + n);
  }
  for (; n < size; ++n) product[n] = a[n] * b[n];
}

void multiply_double(const double* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                     double* HWY_RESTRICT product, std::size_t size) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    const auto right = hn::PromoteTo(d, hn::LoadU(df, b + n));
    hn::StoreU(hn::Mul(hn::LoadU(d, a + n), right), d, product + n);
  }
  for (; n < size; ++n) product[n] = a[n] * b[n];
}

float sum_of_squares(const float* HWY_RESTRICT x, std::size_t size) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  auto even = hn::Zero(d), odd = hn::Zero(d);
  std::size_t n = 0;
  for (; n + 2 * lanes <= size; n += 2 * lanes) {
    const auto first = hn::LoadU(d, x + n), second = hn::LoadU(d, x + n + lanes);
    even = hn::MulAdd(first, first, even);
    odd = hn::MulAdd(second, second, odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; n < size; ++n) sum += x[n] * x[n];
  return sum;
}

// 0 times a finite number is 0, and NaN otherwise. NaN stays in the sum.
bool all_finite(const float* HWY_RESTRICT x, std::size_t size) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto zero = hn::Zero(d);
  auto even = zero, odd = zero;
  std::size_t n = 0;
  for (; n + 2 * lanes <= size; n += 2 * lanes) {
    even = hn::MulAdd(zero, hn::LoadU(d, x + n), even);
    odd = hn::MulAdd(zero, hn::LoadU(d, x + n + lanes), odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; n < size; ++n) sum += 0.0F * x[n];
  return sum == 0;
}

std::size_t count_crossings(const float* x, std::size_t size, float limit) {
  const Floats d;
  const auto limits = hn::Set(d, limit);
  std::size_t crossings = 0, n = 1;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    const auto before = hn::Lt(hn::LoadU(d, x + n - 1), limits);
    const auto after = hn::Lt(hn::LoadU(d, x + n), limits);
    crossings += hn::CountTrue(d, hn::Xor(before, after));
  }
  for (; n < size; ++n) crossings += (x[n - 1] < limit) != (x[n] < limit);
  return crossings;
}

void power_to_db(float* HWY_RESTRICT values, std::size_t size) {
  const Floats d;
  const auto ten = hn::Set(d, 10.0F), tiny = hn::Set(d, std::numeric_limits<float>::min());
  const auto to_db = [&](auto power) { return hn::Mul(ten, hn::Log10(d, hn::Max(power, tiny))); };
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    hn::StoreU(to_db(hn::LoadU(d, values + n)), d, values + n);
  }
  for (; n < size; ++n) values[n] = hn::GetLane(to_db(hn::Set(d, values[n])));
}

// values[n] = f(values[n]), where f is a function of a vector.
template <class F>
void map(float* HWY_RESTRICT values, std::size_t size, const F& f) {
  const Floats d;
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    hn::StoreU(f(hn::LoadU(d, values + n)), d, values + n);
  }
  for (; n < size; ++n) values[n] = hn::GetLane(f(hn::Set(d, values[n])));
}

void scaled_log(float* values, std::size_t size, const ScaledLog& log) {
  const Floats d;
  const auto gain = hn::Set(d, log.gain), offset = hn::Set(d, log.offset);
  const auto floor = hn::Set(d, log.floor), factor = hn::Set(d, log.factor);
  const auto bias = hn::Set(d, log.bias);
  map(values, size, [&](auto x) HWY_ATTR {
    return hn::MulAdd(factor, hn::Log(d, hn::Max(hn::MulAdd(gain, x, offset), floor)), bias);
  });
}

void scale(float* values, std::size_t size, float factor, float bias) {
  const Floats d;
  const auto factors = hn::Set(d, factor), biases = hn::Set(d, bias);
  map(values, size, [&](auto x) HWY_ATTR { return hn::MulAdd(factors, x, biases); });
}

void raise_to(float* values, std::size_t size, float floor) {
  const auto floors = hn::Set(Floats(), floor);
  map(values, size, [&](auto x) HWY_ATTR { return hn::Max(x, floors); });
}

float max_of(const float* values, std::size_t size) {
  const Floats d;
  auto max = hn::Set(d, values[0]);
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) max = hn::Max(max, hn::LoadU(d, values + n));
  for (; n < size; ++n) max = hn::Max(max, hn::Set(d, values[n]));
  return hn::GetLane(hn::MaxOfLanes(d, max));
}

void pre_emphasize(const float* HWY_RESTRICT x, float coefficient, float* HWY_RESTRICT y,
                   std::size_t size) {
  const Floats d;
  const auto c = hn::Set(d, coefficient);
  std::size_t n = 0;
  for (; n + hn::Lanes(d) <= size; n += hn::Lanes(d)) {
    hn::StoreU(hn::NegMulAdd(c, hn::LoadU(d, x + n), hn::LoadU(d, x + n + 1)), d, y + n);
  }
  for (; n < size; ++n) y[n] = x[n + 1] - coefficient * x[n];
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(multiply);
HWY_EXPORT(multiply_double);
HWY_EXPORT(sum_of_squares);
HWY_EXPORT(all_finite);
HWY_EXPORT(count_crossings);
HWY_EXPORT(power_to_db);
HWY_EXPORT(scaled_log);
HWY_EXPORT(scale);
HWY_EXPORT(raise_to);
HWY_EXPORT(max_of);
HWY_EXPORT(pre_emphasize);
}  // namespace

void multiply(std::span<const float> a, std::span<const float> b, std::span<float> product) {
  HWY_DYNAMIC_DISPATCH(multiply)(a.data(), b.data(), product.data(), product.size());
}

void multiply(std::span<const double> a, std::span<const float> b, std::span<double> product) {
  HWY_DYNAMIC_DISPATCH(multiply_double)(a.data(), b.data(), product.data(), product.size());
}

float sum_of_squares(std::span<const float> x) {
  return HWY_DYNAMIC_DISPATCH(sum_of_squares)(x.data(), x.size());
}

bool all_finite(std::span<const float> x) {
  return HWY_DYNAMIC_DISPATCH(all_finite)(x.data(), x.size());
}

std::size_t count_crossings(std::span<const float> x, float limit) {
  return HWY_DYNAMIC_DISPATCH(count_crossings)(x.data(), x.size(), limit);
}

void power_to_db(std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(power_to_db)(values.data(), values.size());
}

void scaled_log(std::span<float> values, const ScaledLog& log) {
  HWY_DYNAMIC_DISPATCH(scaled_log)(values.data(), values.size(), log);
}

void scale(std::span<float> values, float factor, float bias) {
  HWY_DYNAMIC_DISPATCH(scale)(values.data(), values.size(), factor, bias);
}

void raise_to(std::span<float> values, float floor) {
  HWY_DYNAMIC_DISPATCH(raise_to)(values.data(), values.size(), floor);
}

float max_of(std::span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(max_of)(values.data(), values.size());
}

void pre_emphasize(std::span<const float> x, float coefficient, std::span<float> y) {
  HWY_DYNAMIC_DISPATCH(pre_emphasize)(x.data(), coefficient, y.data(), y.size());
}

}  // namespace genre::features
#endif  // HWY_ONCE
