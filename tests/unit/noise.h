// Signals for the kernels' tests.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace genre::test {

// Uniform in [-1, 1), the same for the same seed.
inline std::vector<float> uniform_noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> y(size);
  for (float& sample : y) sample = uniform(random);
  return y;
}

}  // namespace genre::test
