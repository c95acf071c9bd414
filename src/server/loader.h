// Loads the model, the certificate and the tokens on a separate thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/memory.h"
#include "base/parallel.h"
#include "genre/model.h"
#include "http/asio.h"
#include "http/gate.h"
#include "http/listener.h"
#include "http/offload.h"
#include "server/options.h"

namespace genre::server {

// Loads the model, at the start and at each reload. Called on any thread.
using ModelSource = std::function<Result<std::shared_ptr<const Model>>()>;

// kBadModel if the model fails its self-test.
[[nodiscard]] Result<std::shared_ptr<const Model>> load_tested(const ModelSource& source);

// Null without a certificate. Error: a sentence that names the file.
[[nodiscard]] Result<http::Listener::Tls> load_tls(const ServerOptions& options);

// Reads the token files. Error: a sentence that names the file.
[[nodiscard]] Result<http::Gate> load_gate(const ServerOptions& options);

// Loading and testing a model takes seconds, during which requests are served. One thread runs all
// loads in order, so that the last requested load is the one that remains in service.
class Loader {
 public:
  // Runs f, which returns a Result, on the loader's thread and waits for it. An exception in f
  // becomes an error: a model that does not fit into memory must not end the server.
  template <typename F>
  [[nodiscard]] http::net::awaitable<std::invoke_result_t<F>> run(F f) {
    using Loaded = std::invoke_result_t<F>;
    ++in_progress_;
    Loaded loaded = co_await http::offload<Loaded>([&](auto finish) {
      const bool accepted =
          thread_.try_submit([f = std::move(f), finish] { finish(base::attempt(f)); });
      if (!accepted) finish(fail(ErrorCode::kUnavailable, "too many loads are waiting"));
    });
    --in_progress_;
    co_return loaded;
  }

  // Whether a load waits or runs. Like run, for the I/O thread only.
  [[nodiscard]] bool busy() const { return in_progress_ > 0; }

 private:
  static constexpr std::size_t kMaxWaiting = 64;

  std::size_t in_progress_ = 0;

  // Loading waits for memory: it parses JSON, whose values allocate even in their destructors.
  base::ThreadPool<std::function<void()>> thread_{{[](std::function<void()>&& load) {
                                                    const base::WaitForMemory waits;
                                                    load();
                                                  }},
                                                  kMaxWaiting,
                                                  "genre-loader"};
};

}  // namespace genre::server
