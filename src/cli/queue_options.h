// Options of enqueue, worker and collect: the queue and the connection to NATS.
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

// Names and environment variables are those of the NATS command line. makes_streams: whether the
// command creates missing streams, so that --replicas has a meaning.
void add_queue_options(CLI::App& app, QueueOptions& options, bool makes_streams);

}  // namespace genre::cli
