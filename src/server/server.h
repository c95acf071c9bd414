// The HTTP server of `genre serve`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "genre/model.h"
#include "server/options.h"

namespace genre::server {

// I/O happens on the thread that calls run, predictions on workers of their own.
class Server {
 public:
  // Where the model comes from, at the start and again at every reload. Called on any thread.
  using ModelSource = std::function<Result<std::shared_ptr<const Model>>()>;

  // Starts to listen, on the socket of systemd's activation if there is one; connections wait until
  // run is called. SIGTERM, SIGINT and SIGHUP are the server's from here on, and the process's
  // limit of open files is raised to what max_connections needs. Error: a sentence about why it
  // cannot start.
  [[nodiscard]] static tl::expected<Server, std::string> listen(ModelSource source,
                                                                const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();  // waits for predictions that are being made

  // "http://127.0.0.1:8080", with the port that was chosen.
  [[nodiscard]] std::string url() const;

  // Serves until SIGTERM or SIGINT, then finishes what is in progress. SIGHUP reads model and
  // certificate anew. False: the time to drain was over first.
  [[nodiscard]] bool run();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
