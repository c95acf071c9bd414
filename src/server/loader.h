// Loading of what the server reads from files, on a thread of its own.
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
#include "http/listener.h"
#include "http/offload.h"
#include "server/options.h"

namespace genre::server {

// Where the model comes from, at the start and again at every reload. Called on any thread.
using ModelSource = std::function<Result<std::shared_ptr<const Model>>()>;

// kBadModel if the model fails its self-test.
[[nodiscard]] Result<std::shared_ptr<const Model>> load_tested(const ModelSource& source);

// Null without a certificate. Error: a sentence that names the file.
[[nodiscard]] Result<http::Listener::Tls> load_tls(const ServerOptions& options);

// Reading and testing a model takes seconds, in which requests go on being served. There is one
// thread, so that loads happen one after the other and the last one requested is the last one to be
// put into service.
class Loader {
 public:
  // Waits for f, which returns a Result, to run on the loader's thread. An exception in f is an
  // error: a model that is too large for the memory must not end the server.
  template <typename F>
  [[nodiscard]] http::net::awaitable<std::invoke_result_t<F>> run(F f) {
    using Loaded = std::invoke_result_t<F>;
    co_return co_await http::offload<Loaded>([&](auto finish) {
      const bool accepted =
          thread_.try_submit([f = std::move(f), finish] { finish(base::attempt(f)); });
      if (!accepted) finish(fail(ErrorCode::kUnavailable, "too many loads are waiting"));
    });
  }

 private:
  static constexpr std::size_t kMaxWaiting = 64;

  // Loading waits for memory: what it reads is JSON in part, whose values allocate even in their
  // destructors.
  base::ThreadPool<std::function<void()>> thread_{{[](std::function<void()>&& load) {
                                                    const base::WaitForMemory waits;
                                                    load();
                                                  }},
                                                  kMaxWaiting,
                                                  "genre-loader"};
};

}  // namespace genre::server
