// Runs the work of a request on the workers' threads.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>

#include "genre/result.h"
#include "http/asio.h"
#include "http/problem.h"
#include "server/api/routes.h"
#include "server/service.h"

namespace genre::server {

struct WorkOrder {
  Service& service;
  const Job& job;
  std::span<const std::byte> body;
  std::string peer;             // the client's address
  std::string accept_encoding;  // of the response
};

// Waits until the work has ended, also after a stop: the workers read the job and the body in
// place. order, and what it refers to, must live until then.
[[nodiscard]] net::awaitable<http::Reply> run_work(const WorkOrder& order, std::stop_token stop);

}  // namespace genre::server
