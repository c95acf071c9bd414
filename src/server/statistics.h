// What GET /v2/models/{model}/stats shows of a model, since the start of the server.
#pragma once

#include <chrono>
#include <cstdint>

#include "genre/predictor.h"

namespace genre::server {

struct Statistics {
  // The number of requests that had this part, and the time that it took.
  struct Part {
    std::uint64_t count = 0;
    std::chrono::nanoseconds time{};

    void add(std::chrono::nanoseconds more) {
      ++count;
      time += more;
    }
  };
  Part success, fail;  // with the time in the queue
  Part queue;
  Part input;                                  // decoding, resampling and features
  Part inference;                              // the network
  Part output;                                 // the rest, mostly JSON
  std::uint64_t n_predictions = 0;             // files and feature vectors
  std::chrono::system_clock::time_point last;  // prediction; the epoch if there was none

  // A request that waited for a worker, and then kept it for the time worked.
  void add(std::chrono::nanoseconds queued, std::chrono::nanoseconds worked,
           const StageTimes& spent, bool succeeded) {
    (succeeded ? success : fail).add(queued + worked);
    queue.add(queued);
    const auto before = spent.decode + spent.resample + spent.features;
    input.add(before);
    inference.add(spent.model);
    output.add(worked - before - spent.model);
    n_predictions += spent.predictions;
    last = std::chrono::system_clock::now();
  }
};

}  // namespace genre::server
