// The body of a request as it arrives, in memory and within the limits.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/asio.h"
#include "http/byte_budget.h"
#include "http/content_decoder.h"
#include "http/problem.h"
#include "http/request_parser.h"

namespace genre::http {

// Where a function returns false, the body is refused, and problem says why.
class Body final : public BodySink {
 public:
  // client, on_revoked: as in ByteBudget::Lease.
  Body(std::size_t max_size, ByteBudget& budget, std::string client,
       std::function<void()> on_revoked);

  // coding: the header value of Content-Encoding. Call it first.
  [[nodiscard]] bool set_coding(std::string_view coding);
  [[nodiscard]] bool coded() const { return decoder_ != nullptr; }

  // This many bytes will arrive.
  [[nodiscard]] bool expect(std::size_t size);

  // Space for the next bytes, and how many of them have arrived. Not if the body is coded.
  [[nodiscard]] net::mutable_buffer prepare(std::size_t size) { return bytes_.prepare(size); }
  [[nodiscard]] bool commit(std::size_t n);

  // Appends a copy, or what it means; of a coded body decode has to be called afterwards.
  [[nodiscard]] bool accept(std::string_view bytes) override;

  // Decodes a part of what accept got, so that a body which grows a thousandfold does not occupy
  // the thread for long. Call it until nothing is left to decode.
  [[nodiscard]] bool decode();
  [[nodiscard]] bool decoded() const { return encoded_.empty() && !output_full_; }

  // All bytes have arrived: from now on the budget cannot take them back.
  [[nodiscard]] bool finish();

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  [[nodiscard]] std::span<const std::byte> bytes() const;
  [[nodiscard]] std::size_t size() const { return n_taken_ + bytes_.size(); }

  // A complete body that outlives its request, with its share of the budget.
  struct Taken {
    std::unique_ptr<ByteBudget::Lease> lease;
    beast::flat_buffer buffer;

    [[nodiscard]] std::span<const std::byte> bytes() const {
      return {static_cast<const std::byte*>(buffer.data().data()), buffer.size()};
    }
  };
  // After finish. The body is empty from then on; size() stays.
  [[nodiscard]] Taken take();

 private:
  bool refuse(Problem problem);
  [[nodiscard]] Problem too_large() const;
  [[nodiscard]] static Problem memory_full();
  [[nodiscard]] static Problem bad_coding();
  [[nodiscard]] static Problem large_window();

  const std::size_t max_size_, max_total_;
  std::unique_ptr<ByteBudget::Lease> lease_;
  beast::flat_buffer bytes_;
  std::unique_ptr<ContentDecoder> decoder_;  // null if the body is not coded, or complete
  std::string encoded_;                      // not decoded yet, from n_consumed_ on
  std::size_t n_consumed_ = 0;
  bool output_full_ = false;   // the decoder may have more output
  std::size_t n_encoded_ = 0;  // bytes that have arrived of a coded body
  std::size_t n_taken_ = 0;    // bytes
  std::optional<Problem> problem_;
};

}  // namespace genre::http
