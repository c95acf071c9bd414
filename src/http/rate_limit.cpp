#include "http/rate_limit.h"

#include <algorithm>

#include "http/client_network.h"

namespace genre::http {
double RateLimit::tokens(const Bucket& bucket, Clock::time_point now) const {
  const std::chrono::duration<double> elapsed = now - bucket.filled;
  return std::min(burst_, bucket.tokens + rate_ * elapsed.count());
}

std::chrono::duration<double> RateLimit::acquire(const std::string& address,
                                                 Clock::time_point now) {
  if (rate_ <= 0) return {};
  const std::string network = client_network(address);
  if (buckets_.size() >= kMaxAddresses && !buckets_.contains(network)) forget_full(now);
  auto& bucket = buckets_.try_emplace(network, Bucket{burst_, now}).first->second;
  bucket = {tokens(bucket, now), now};
  if (bucket.tokens < 1) return std::chrono::duration<double>((1 - bucket.tokens) / rate_);
  bucket.tokens -= 1;
  return {};
}

// A full bucket equals a new one, so removing it changes nothing. If that is not enough, an
// attacker is using many addresses. Then all buckets are reset, because bounded memory matters
// more.
void RateLimit::forget_full(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) { return tokens(entry.second, now) >= burst_; });
  if (buckets_.size() >= kMaxAddresses) buckets_.clear();
}

}  // namespace genre::http
