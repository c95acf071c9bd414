// How often an address may ask (a token bucket each).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace genre::http {

// Belongs to one thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kMaxAddresses = 65536;  // remembered at a time

  // rate: requests a second, 0 for no limit; burst: so many at once, at least 1.
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  // Counts a request: zero where it may pass, else how long it should wait. address: as text; of
  // IPv6 its first 64 bits count, which is what a client is given.
  [[nodiscard]] std::chrono::duration<double> ask(const std::string& address,
                                                  Clock::time_point now);

 private:
  struct Bucket {
    double tokens;
    Clock::time_point filled;
  };

  [[nodiscard]] double tokens(const Bucket& bucket, Clock::time_point now) const;
  void forget_full(Clock::time_point now);

  double rate_, burst_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace genre::http
