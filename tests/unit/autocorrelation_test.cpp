// Autocorrelations against their definition.
#include "features/autocorrelation.h"

#include <gtest/gtest.h>

#include <vector>

#include "unit/noise.h"

namespace genre::test {
namespace {

std::vector<double> window_of_noise(std::size_t n, unsigned seed) {
  const auto noise = uniform_noise(n, seed);
  return {noise.begin(), noise.end()};
}

TEST(Autocorrelation, IsTheMeanOfTheSumsOfProductsAtEachLag) {
  for (const std::size_t n : {1, 2, 3, 100, 344}) {
    features::MeanAutocorrelation mean(n);
    std::vector<double> expected(n);
    for (const unsigned seed : {1U, 2U, 3U}) {
      const auto x = window_of_noise(n, seed);
      mean.add(x);
      std::vector<double> products(n);
      for (std::size_t lag = 0; lag < n; ++lag) {
        for (std::size_t i = lag; i < n; ++i) products[lag] += x[i] * x[i - lag];
      }
      for (std::size_t lag = 0; lag < n; ++lag) expected[lag] += products[lag] / products[0] / 3;
    }
    const auto result = mean.compute();
    ASSERT_EQ(result.size(), n);
    for (std::size_t lag = 0; lag < n; ++lag) {
      EXPECT_NEAR(result[lag], expected[lag], 1e-14) << lag << " of " << n;
    }
  }
}

TEST(Autocorrelation, OfSilenceIsZero) {
  features::MeanAutocorrelation mean(10);
  mean.add(std::vector<double>(10));
  EXPECT_EQ(mean.compute(), std::vector<double>(10));
}

}  // namespace
}  // namespace genre::test
