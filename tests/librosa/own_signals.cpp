#include "librosa/own_signals.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <numbers>

#include "genre/features.h"

namespace genre::test {
namespace {

using Signal = std::vector<double>;

constexpr std::size_t kLength = 3 * kSampleRate;
constexpr double kTwoPi = 2 * std::numbers::pi;

double seconds(std::size_t n) { return static_cast<double>(n) / kSampleRate; }

Signal noise(std::size_t length) {
  Signal y(length);
  std::uint64_t state = 1;
  for (double& sample : y) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    sample = static_cast<double>(state >> 40) / 8388608.0 - 1;
  }
  return y;
}

Signal chord(std::size_t length, double cents) {
  Signal y(length);
  for (const double semitone : {0.0, 4.0, 7.0}) {
    const double hz = 220 * std::pow(2.0, (semitone + cents / 100) / 12);
    for (int harmonic = 1; harmonic <= 8; ++harmonic) {
      for (std::size_t n = 0; n < length; ++n) {
        y[n] += 0.1 / harmonic * std::sin(kTwoPi * harmonic * hz * seconds(n));
      }
    }
  }
  return y;
}

Signal generate(std::size_t length, const std::function<double(std::size_t)>& sample) {
  Signal y(length);
  for (std::size_t n = 0; n < length; ++n) y[n] = sample(n);
  return y;
}

Signal mix(double gain_a, const Signal& a, double gain_b, const Signal& b) {
  return generate(a.size(), [&](std::size_t n) { return gain_a * a[n] + gain_b * b[n]; });
}

const std::map<std::string, std::function<Signal()>>& generators() {
  static const std::map<std::string, std::function<Signal()>> all = {
      {"noise", [] { return mix(0.5, noise(kLength), 0, Signal(kLength)); }},
      {"quiet_noise", [] { return mix(0.0005, noise(kLength), 0, Signal(kLength)); }},
      {"sine_1000",
       [] {
         return generate(kLength,
                         [](std::size_t n) { return 0.5 * std::sin(kTwoPi * 1000 * seconds(n)); });
       }},
      {"chord_in_tune", [] { return chord(kLength, 0); }},
      {"chord_minus_35_cents", [] { return chord(kLength, -35); }},
      {"chord_and_noise", [] { return mix(0.8, chord(kLength, 17), 0.05, noise(kLength)); }},
      {"sweep",
       [] {
         return generate(kLength, [](std::size_t n) {
           const double t = seconds(n);
           return 0.5 * std::sin(kTwoPi * (50 * t + 1500 * t * t));
         });
       }},
      {"clicks",
       [] { return generate(kLength, [](std::size_t n) { return n % 5000 == 0 ? 0.9 : 0.0; }); }},
      {"silence", [] { return Signal(kLength); }},
      {"half_silent",
       [] {
         const Signal y = chord(kLength, 0);
         return generate(kLength, [&](std::size_t n) { return seconds(n) < 1.5 ? y[n] : 0.0; });
       }},
      {"short", [] { return chord(2205, 0); }},
      {"odd_length", [] { return mix(0.3, noise(12345), 1, chord(12345, 8)); }},
  };
  return all;
}

}  // namespace

std::vector<float> own_signal(const std::string& name) {
  const Signal y = generators().at(name)();
  return {y.begin(), y.end()};
}

}  // namespace genre::test
