#include "http/rate_limit.h"

#include <algorithm>

#include "http/client_network.h"

namespace genre::http {
double RateLimit::tokens(const Bucket& bucket, Clock::time_point now) const {
  const std::chrono::duration<double> elapsed = now - bucket.filled;
  return std::min(burst_, bucket.tokens + rate_ * elapsed.count());
}

RateLimit::Bucket& RateLimit::bucket_of(const std::string& address, Clock::time_point now) {
  const std::string network = client_network(address);
  if (buckets_.size() >= kMaxAddresses && !buckets_.contains(network)) forget_full(now);
  auto& bucket = buckets_.try_emplace(network, Bucket{burst_, now}).first->second;
  return bucket = {tokens(bucket, now), now};
}

std::chrono::duration<double> RateLimit::take(Bucket& bucket, double needed, double taken) {
  // The sum of many small fillings may be a little too small. Without a tolerance, a client that
  // waits as long as it should is refused.
  constexpr double kTolerance = 1e-6;
  const double missing = needed - bucket.tokens;
  if (missing > kTolerance) return std::chrono::duration<double>(missing / rate_);
  bucket.tokens -= taken;
  return {};
}

std::chrono::duration<double> RateLimit::acquire(const std::string& address,
                                                 Clock::time_point now) {
  if (rate_ <= 0) return {};
  const std::scoped_lock lock(mutex_);
  return take(bucket_of(address, now), 1, 1);
}

std::chrono::duration<double> RateLimit::acquire_more(const std::string& address, std::size_t more,
                                                      Clock::time_point now) {
  if (rate_ <= 0 || more == 0) return {};
  const std::scoped_lock lock(mutex_);
  Bucket& bucket = bucket_of(address, now);
  bucket.tokens += 1;
  const double all = static_cast<double>(more) + 1;
  return take(bucket, std::min(all, burst_), all);
}

// A full bucket equals a new one, so removing it changes nothing. If that is not enough, an
// attacker is using many addresses. Then all buckets are reset, because bounded memory matters
// more.
void RateLimit::forget_full(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) { return tokens(entry.second, now) >= burst_; });
  if (buckets_.size() >= kMaxAddresses) buckets_.clear();
}

}  // namespace genre::http
