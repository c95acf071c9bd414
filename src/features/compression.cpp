#include "features/compression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "features/kernels.h"

namespace genre::features {
namespace {

constexpr double kPerDecade = 1.0 / std::numbers::ln10;  // log10(x) / ln(x)
constexpr float kSmallest = std::numeric_limits<float>::min();

// factor ln(gain x + offset), and then (value - mean) / std.
void log_with(std::span<float> values, double gain, double offset, double factor,
              const FrontendParameters& p) {
  scaled_log(values, {.gain = static_cast<float>(gain),
                      .offset = static_cast<float>(offset),
                      .floor = kSmallest,
                      .factor = static_cast<float>(factor / p.std),
                      .bias = static_cast<float>(-p.mean / p.std)});
}

void standardize(std::span<float> values, const FrontendParameters& p) {
  if (p.mean == 0 && p.std == 1) return;
  scale(values, static_cast<float>(1 / p.std), static_cast<float>(-p.mean / p.std));
}

}  // namespace

void power_to_db(std::span<float> values, std::optional<double> ref, double amin,
                 std::optional<double> top_db) {
  if (values.empty()) return;
  // A smaller amin is below what float32 can hold.
  const double floor = std::max(amin, static_cast<double>(kSmallest));
  const double reference = std::max(amin, ref ? std::abs(*ref) : max_of(values));
  scaled_log(values, {.gain = 1,
                      .offset = 0,
                      .floor = static_cast<float>(floor),
                      .factor = static_cast<float>(10 * kPerDecade),
                      .bias = static_cast<float>(-10 * std::log10(reference))});
  if (top_db) raise_to(values, max_of(values) - static_cast<float>(*top_db));
}

void compress(std::span<float> values, const FrontendParameters& p) {
  switch (p.compression) {
    case Compression::kNone:
      return standardize(values, p);
    case Compression::kPowerToDb:
      power_to_db(values, p.ref, p.amin, p.top_db);
      return standardize(values, p);
    case Compression::kLog:
      return log_with(values, 1, p.offset, 1, p);
    case Compression::kLog10:
      return log_with(values, p.gain, 1, kPerDecade, p);
  }
}

}  // namespace genre::features
