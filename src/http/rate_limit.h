// The rate limit: one token bucket per client address.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace genre::http {

// Use it on one thread only.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kMaxAddresses = 65536;  // maximum number of buckets

  // rate: requests/s, 0 for no limit; burst: tokens in a full bucket, 1 or more.
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  // Takes a token and returns zero, or returns the time until a token is available. IPv6 addresses
  // with the same first 64 bits share a bucket, because one client usually has such a network.
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
