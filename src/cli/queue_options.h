// What enqueue, worker and collect share: which queue, and how to get there.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "queue/nats.h"
#include "queue/streams.h"

namespace genre::cli {

struct QueueOptions {
  queue::NatsOptions nats = {};
  std::string stream = "genre";
  int replicas = 1;
};

// With the names and environment variables that NATS' own command line has. makes_streams: whether
// the command does.
void add_queue_options(CLI::App& app, QueueOptions& options, bool makes_streams);

}  // namespace genre::cli
