// Running a piece of work on another thread while a coroutine of the I/O thread waits for it.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <memory>
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
    // The handler can only be moved, but std::function, in which finish may end up, copies.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    start([executor, resume = std::move(resume)](T value) {
      // Resuming here would continue the coroutine on the worker's thread.
      net::post(executor,
                [resume, value = std::move(value)]() mutable { (*resume)(std::move(value)); });
    });
  };
  co_return co_await net::async_initiate<const net::use_awaitable_t<>&, void(T)>(
      initiate, net::use_awaitable);
}

}  // namespace genre::http
