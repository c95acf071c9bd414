// The kernels against naive loops, at awkward lengths and alignments, on every instruction set.
#include "features/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "every_target.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

using Kernels = EveryTarget;
GENRE_ON_EVERY_TARGET(Kernels);

constexpr float kGuard = 12345.0F;

// N is the number of floats in a vector, at most 16.
std::vector<std::size_t> awkward_lengths() {
  std::vector<std::size_t> lengths = {0, 1, 3, 7, 1025, 2048};
  for (const std::size_t n : {4, 8, 16}) {
    lengths.insert(lengths.end(), {n - 1, n, n + 1, 2 * n, 8 * n + 2});
  }
  return lengths;
}

// Calls test(size, offset) for each length, starting at each of the first places of a vector.
template <typename Test>
void at_awkward_places(const Test& test) {
  for (const std::size_t size : awkward_lengths()) {
    for (const std::size_t offset : {0, 1, 3, 5}) {
      SCOPED_TRACE(testing::Message() << size << " values from place " << offset);
      test(size, offset);
    }
  }
}

TEST_P(Kernels, Multiply) {
  at_awkward_places([](std::size_t size, std::size_t offset) {
    const auto a = uniform_noise(size + offset, 1), b = uniform_noise(size + 1, 2);
    std::vector<float> product(offset + size + 1, kGuard);
    multiply(std::span(a).subspan(offset), std::span(b).subspan(1),
             std::span(product).subspan(offset, size));
    for (std::size_t n = 0; n < size; ++n) {
      ASSERT_EQ(product[offset + n], a[offset + n] * b[1 + n]) << n;
    }
    EXPECT_EQ(product.back(), kGuard);
    const std::vector<double> exact(a.begin(), a.end());
    std::vector<double> exact_product(size + 1, kGuard);
    multiply(std::span(exact).subspan(offset), std::span(b).subspan(1),
             std::span(exact_product).first(size));
    for (std::size_t n = 0; n < size; ++n) {
      ASSERT_EQ(exact_product[n], exact[offset + n] * b[1 + n]) << n;
    }
    EXPECT_EQ(exact_product.back(), kGuard);
  });
}

TEST_P(Kernels, SumOfSquares) {
  at_awkward_places([](std::size_t size, std::size_t offset) {
    const auto x = uniform_noise(size + offset, 4);
    double expected = 0;
    for (std::size_t n = offset; n < x.size(); ++n) expected += static_cast<double>(x[n]) * x[n];
    ASSERT_NEAR(sum_of_squares(std::span(x).subspan(offset)), expected,
                6e-8 * static_cast<double>(size) * expected);
  });
}

TEST_P(Kernels, AllFinite) {
  constexpr float kMax = std::numeric_limits<float>::max();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  at_awkward_places([&](std::size_t size, std::size_t offset) {
    std::vector<float> x(offset + size, kMax);
    const auto values = std::span(x).subspan(offset);
    EXPECT_TRUE(all_finite(values));
    for (const std::size_t place : {std::size_t{0}, size / 2, size - 1}) {
      if (place >= size) continue;
      for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity}) {
        values[place] = bad;
        EXPECT_FALSE(all_finite(values)) << bad << " at " << place;
        values[place] = -kMax;
      }
    }
  });
}

TEST_P(Kernels, CountCrossings) {
  at_awkward_places([](std::size_t size, std::size_t offset) {
    const auto x = uniform_noise(size + offset, 5);
    for (const float limit : {-1e-10F, 0.7F, 2.0F}) {
      std::size_t expected = 0;
      for (std::size_t n = offset + 1; n < x.size(); ++n) {
        expected += (x[n - 1] < limit) != (x[n] < limit);
      }
      ASSERT_EQ(count_crossings(std::span(x).subspan(offset), limit), expected) << limit;
    }
  });
}

TEST_P(Kernels, PowerToDb) {
  constexpr float kSmallest = std::numeric_limits<float>::min();
  for (std::size_t size = 0; size <= 70; ++size) {
    std::vector<float> power(size);
    for (std::size_t n = 0; n < size; ++n) {
      power[n] = n % 7 == 3 ? 0.0F : std::pow(10.0F, static_cast<float>(n) - 35.0F);
    }
    auto db = power;
    db.push_back(kGuard);
    power_to_db(std::span(db).first(size));
    for (std::size_t n = 0; n < size; ++n) {
      const double expected = 10 * std::log10(static_cast<double>(std::max(power[n], kSmallest)));
      ASSERT_NEAR(db[n], expected, 2e-7 * std::fabs(expected) + 1e-6) << n << " of " << size;
    }
    ASSERT_EQ(db.back(), kGuard);
  }
}

}  // namespace
}  // namespace genre::test
