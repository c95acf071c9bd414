// Runs work on another thread while a coroutine of the I/O thread waits for the result.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "http/asio.h"

namespace genre::http {

// Calls start(finish) immediately, on the coroutine's thread. start passes the work to another
// thread, which calls finish (copyable) exactly once with the result. The coroutine then resumes on
// its own executor, so only the T passes between the threads.
template <class T, class Start>
[[nodiscard]] net::awaitable<T> offload(Start start) {
  const auto executor = co_await net::this_coro::executor;
  // References to this coroutine's frame are safe here: the frame lives until finish is called.
  const auto initiate = [&](auto handler) {
    // The handler is move-only, but finish may be stored in a std::function, which copies. The
    // memory for the value is allocated now, so that a worker without memory can still finish.
    struct Waiting {
      decltype(handler) resume;
      std::optional<T> value;
    };
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), std::nullopt});
    start([executor, waiting = std::move(waiting)](T value) noexcept {
      waiting->value.emplace(std::move(value));
      // Resuming here would run the coroutine on the worker's thread. post allocates, and has no
      // effect if it throws. It must succeed: without it the client would wait forever.
      while (true) {
        try {
          return net::post(executor, [waiting] { waiting->resume(std::move(*waiting->value)); });
        } catch (const std::bad_alloc&) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
      }
    });
  };
  co_return co_await net::async_initiate<const net::use_awaitable_t<>&, void(T)>(
      initiate, net::use_awaitable);
}

}  // namespace genre::http
