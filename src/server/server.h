// The HTTP server of `genre serve`.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "server/loader.h"
#include "server/options.h"

namespace genre::server {

// I/O runs on the thread that calls run, predictions run on worker threads.
class Server {
 public:
  // Starts to listen, on the socket from systemd's socket activation if there is one; connections
  // wait until run is called. Handles SIGHUP from the beginning, SIGTERM and SIGINT once the model
  // is loaded. Raises the process's limit on open files to what max_connections needs. Error: the
  // reason, as a sentence.
  [[nodiscard]] static tl::expected<Server, std::string> listen(ModelSource source,
                                                                const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();  // waits for the predictions in progress, and for the end of a reload

  // "http://127.0.0.1:8080", with the actual port.
  [[nodiscard]] std::string url() const;

  // The same for health, readiness and metrics, or empty without an admin port.
  [[nodiscard]] std::string admin_url() const;

  // Serves until SIGTERM or SIGINT, then finishes the requests in progress. SIGHUP reloads
  // model, certificate and tokens. False if drain_timeout was over first.
  [[nodiscard]] bool run();

  // After run: whether a reload is still in progress.
  [[nodiscard]] bool loading() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
