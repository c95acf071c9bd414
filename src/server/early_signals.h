// SIGHUP from the beginning of the process to its end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>
#include <utility>

#include "http/asio.h"

namespace genre::server {

// Create it before the model is loaded: Asio keeps a SIGHUP that arrives meanwhile, so that the
// model is loaded once more, because its file may have changed after it was read.
struct EarlySignals {
  EarlySignals() = default;

  // Asio restores the default action of SIGHUP, which ends a process that is about to end well.
  ~EarlySignals() {
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &hangup, nullptr);
    signals.reset();
    std::signal(SIGHUP, SIG_IGN);
  }

  EarlySignals(const EarlySignals&) = delete;
  EarlySignals& operator=(const EarlySignals&) = delete;

  http::net::io_context io{1};
  std::optional<http::net::signal_set> signals{std::in_place, io, SIGHUP};
};

}  // namespace genre::server
