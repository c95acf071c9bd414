// The rate limit: a token bucket for each client address.
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

  static constexpr std::size_t kMaxAddresses = 65536;  // with a bucket at a time

  // rate: requests a second, 0 for no limit; burst: tokens in a full bucket, at least 1.
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  // Takes a token for a request: zero, or how long it is until there is one. Addresses of IPv6 are
  // told apart by their first 64 bits, since a client has a network of that size to itself.
  [[nodiscard]] std::chrono::duration<double> acquire(const std::string& address,
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
