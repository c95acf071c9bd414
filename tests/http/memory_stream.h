// A client in memory, for the tests and for the fuzzer.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/asio.h"
#include "http/stream.h"

namespace genre::http::test {

// A client that has sent all its bytes already and receives everything.
class MemoryStream : public Stream {
 public:
  MemoryStream(net::io_context& io, std::string_view input, std::size_t piece, std::string& output)
      : io_(io), input_(input), piece_(piece), output_(output) {}

  net::awaitable<void> handshake(error_code&) override { co_return; }

  net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error) override {
    const std::size_t size = std::min({space.size(), piece_, input_.size()});
    if (size == 0) error = net::error::eof;
    std::ranges::copy(input_.substr(0, size), static_cast<char*>(space.data()));
    input_.remove_prefix(size);
    co_return size;
  }

  net::awaitable<std::size_t> write_some(net::const_buffer data, error_code&) override {
    output_.append(static_cast<const char*>(data.data()), data.size());
    co_return data.size();
  }

  net::awaitable<void> end() override { co_return; }
  void wait_end(std::shared_ptr<void>, std::function<void(bool)>) override {}
  bool has_bytes() override { return !input_.empty(); }
  void cancel() override {}
  net::any_io_executor executor() override { return io_.get_executor(); }
  std::string peer() const override { return "192.0.2.1"; }

 private:
  net::io_context& io_;
  std::string_view input_;
  std::size_t piece_;
  std::string& output_;
};

}  // namespace genre::http::test
