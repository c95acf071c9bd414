#include "server/self_test.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "genre/predictor.h"

namespace genre::server {
namespace {

// A WAV file: mono, 16 bits, a chord with tremolo.
std::vector<std::byte> chord() {
  constexpr std::uint32_t kSamples = 3 * kSampleRate, kBytes = 2 * kSamples;
  std::vector<std::byte> file;
  const auto put = [&file](auto value) {
    for (const std::byte byte : std::bit_cast<std::array<std::byte, sizeof(value)>>(value)) {
      file.push_back(byte);
    }
  };
  const auto put_tag = [&file](std::string_view tag) {
    for (const char c : tag) file.push_back(static_cast<std::byte>(c));
  };
  put_tag("RIFF");
  put(std::uint32_t{36 + kBytes});
  put_tag("WAVEfmt ");
  put(std::uint32_t{16});
  put(std::uint16_t{1});  // PCM
  put(std::uint16_t{1});  // channel
  put(std::uint32_t{kSampleRate});
  put(std::uint32_t{2 * kSampleRate});
  put(std::uint16_t{2});
  put(std::uint16_t{16});
  put_tag("data");
  put(kBytes);
  for (std::uint32_t n = 0; n < kSamples; ++n) {
    const double t = 2 * std::numbers::pi * n / kSampleRate;
    const double tones = std::sin(220 * t) + std::sin(277.18 * t) + std::sin(329.63 * t);
    put(static_cast<std::int16_t>(4000 * tones * (1 + std::sin(3 * t))));
  }
  return file;
}

}  // namespace

Result<void> self_test(const std::shared_ptr<const Model>& model) {
  const auto failed = [](std::string_view why) {
    return fail(ErrorCode::kBadModel, fmt::format("the model failed its self-test: {}", why));
  };
  const std::vector<std::byte> file = chord();
  const auto prediction = base::attempt([&] { return Predictor(model).predict(file); });
  if (!prediction) return failed(prediction.error().message);
  const auto& certainties = prediction->certainties;
  const double sum = std::accumulate(certainties.begin(), certainties.end(), 0.0);
  if (!std::isfinite(sum)) return failed("its certainties are not finite");
  if (model->info().activation != Activation::kSigmoid && !(std::abs(sum - 1) < 1e-3)) {
    return failed(fmt::format("its certainties sum to {}, not 1", sum));
  }
  return {};
}

}  // namespace genre::server
