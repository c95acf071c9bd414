// The rate limit: one token bucket per client address.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace genre::http {

// Thread-safe.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kMaxAddresses = 65536;  // maximum number of buckets

  // rate: tokens/s, 0 for no limit; burst: tokens in a full bucket, 1 or more.
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  // Takes a token and returns zero, or returns the time until a token is available. IPv6 addresses
  // with the same first 64 bits share a bucket, because one client usually has such a network.
  [[nodiscard]] std::chrono::duration<double> acquire(const std::string& address,
                                                      Clock::time_point now);

  // For a request that has taken a token and turns out to need `more`: takes them and returns zero,
  // or puts the token back and returns the time until the whole request can be admitted. A request
  // for more than a burst needs a full bucket, and leaves a debt, so that the rate is kept.
  [[nodiscard]] std::chrono::duration<double> acquire_more(const std::string& address,
                                                           std::size_t more, Clock::time_point now);

 private:
  struct Bucket {
    double tokens;  // negative after a request for more than a burst
    Clock::time_point filled;
  };

  [[nodiscard]] double tokens(const Bucket& bucket, Clock::time_point now) const;
  void forget_full(Clock::time_point now);
  // Now filled.
  [[nodiscard]] Bucket& bucket_of(const std::string& address, Clock::time_point now);
  [[nodiscard]] std::chrono::duration<double> take(Bucket& bucket, double needed, double taken);

  const double rate_, burst_;
  std::mutex mutex_;  // guards the rest
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace genre::http
