// Waiting, in a coroutine, for what another thread does.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "http/asio.h"

namespace genre::http {

// start(finish) is called at once; the coroutine goes on, where it was, with the T that some thread
// gives to finish, a copyable function that must be called once.
template <class T, class Start>
[[nodiscard]] net::awaitable<T> offload(Start start) {
  const auto executor = co_await net::this_coro::executor;
  const auto initiate = [&](auto handler) {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    start([executor, resume = std::move(resume)](T value) {
      net::post(executor,
                [resume, value = std::move(value)]() mutable { (*resume)(std::move(value)); });
    });
  };
  co_return co_await net::async_initiate<const net::use_awaitable_t<>&, void(T)>(
      initiate, net::use_awaitable);
}

}  // namespace genre::http
