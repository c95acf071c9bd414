// Running a piece of work on another thread while a coroutine of the I/O thread waits for it.
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

// Calls start(finish) at once, on the coroutine's thread. start hands the work to another thread,
// which calls finish, a copyable function, exactly once with the result. The coroutine then resumes
// with it on its own executor, so nothing but the T passes between the threads.
template <class T, class Start>
[[nodiscard]] net::awaitable<T> offload(Start start) {
  const auto executor = co_await net::this_coro::executor;
  // A reference to this coroutine's frame is safe here: the frame waits for what initiate starts.
  const auto initiate = [&](auto handler) {
    // The handler can only be moved, but std::function, in which finish may end up, copies. The
    // value has its room from the start, so that a worker without memory can still hand it over.
    struct Waiting {
      decltype(handler) resume;
      std::optional<T> value;
    };
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), std::nullopt});
    start([executor, waiting = std::move(waiting)](T value) noexcept {
      waiting->value.emplace(std::move(value));
      // Resuming here would continue the coroutine on the worker's thread. Posting allocates, and
      // has done nothing where it throws. Without it the client would wait for ever.
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
