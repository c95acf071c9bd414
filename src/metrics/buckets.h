// The histogram buckets of durations.
#pragma once

#include <prometheus/histogram.h>

#include <chrono>

namespace genre::metrics {

// In s: from 0.1 ms, less than any stage needs for a clip, to 1 min, for an hour of audio.
inline const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};

[[nodiscard]] inline double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace genre::metrics
