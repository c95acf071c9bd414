// The HTTP server of `genre serve`.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "genre/model.h"
#include "server/options.h"

namespace genre::server {

// I/O happens on the thread that calls run, predictions on workers of their own.
class Server {
 public:
  // Starts to listen; connections wait until run is called. SIGTERM and SIGINT are the server's
  // from here on, and the process's limit of open files is raised to what max_connections needs.
  // Error: a sentence about why it cannot listen there.
  [[nodiscard]] static tl::expected<Server, std::string> listen(std::shared_ptr<const Model> model,
                                                                const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();  // waits for predictions that are being made

  // "http://127.0.0.1:8080", with the port that was chosen.
  [[nodiscard]] std::string url() const;

  // Serves until SIGTERM or SIGINT, then finishes the requests in progress. False where some were
  // not finished within drain_timeout. Call once.
  [[nodiscard]] bool run();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
