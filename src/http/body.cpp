#include "http/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "base/text.h"

namespace genre::http {
namespace {

// Bytes per step, so that the other connections have their turn.
constexpr std::size_t kDecodedPiece = std::size_t{256} * 1024;
constexpr std::size_t kEncodedPiece = std::size_t{32} * 1024;

}  // namespace

Body::Body(std::size_t max_size, ByteBudget& budget, std::string client,
           std::function<void()> on_revoked)
    : max_size_(max_size),
      max_total_(budget.limit()),
      lease_(
          std::make_unique<ByteBudget::Lease>(budget, std::move(client), std::move(on_revoked))) {}

bool Body::set_coding(std::string_view coding) {
  if (coding.empty() || base::to_lower(coding) == "identity") return true;
  decoder_ = make_content_decoder(coding);
  if (!decoder_) {
    return refuse({415,
                   "unsupported_content_encoding",
                   fmt::format("The supported content encodings are {}.", kContentCodings),
                   {{"Accept-Encoding", std::string(kContentCodings)}}});
  }
  bytes_.reserve(max_size_ + 1);  // as in expect: growing step by step would copy
  return true;
}

// A coded body may not be larger than a decoded one either.
bool Body::expect(std::size_t size) {
  if (size > max_size_) return refuse(too_large());
  if (coded()) return true;
  if (size > max_total_) return refuse(memory_full());
  // Only addresses: the system gives the memory when the bytes arrive.
  bytes_.reserve(size);
  return true;
}

bool Body::commit(std::size_t n) {
  bytes_.commit(n);
  if (bytes_.size() > max_size_) return refuse(too_large());
  const std::size_t window = decoder_ ? std::min(bytes_.size(), decoder_->window()) : 0;
  return lease_->grow_to(bytes_.size() + window) || refuse(memory_full());
}

bool Body::accept(std::string_view bytes) {
  if (coded()) {
    n_encoded_ += bytes.size();
    if (n_encoded_ > max_size_) return refuse(too_large());
    encoded_ += bytes;
    return true;
  }
  if (bytes.size() > max_size_ - bytes_.size()) return refuse(too_large());
  return commit(net::buffer_copy(bytes_.prepare(bytes.size()), net::buffer(bytes)));
}

bool Body::decode() {
  // Input is limited, too: it may consist of tables that take long to read and decode to nothing.
  auto input = std::string_view(encoded_).substr(n_consumed_, kEncodedPiece);
  ContentDecoder::Step step;
  do {  // again after an empty member or frame: there may be thousands
    // One more byte than allowed shows that there are too many.
    const auto space = bytes_.prepare(std::min(kDecodedPiece, max_size_ - bytes_.size() + 1));
    step = decoder_->decode(input, {static_cast<std::byte*>(space.data()), space.size()});
    if (step.status == ContentDecoder::Status::kLargeWindow) return refuse(large_window());
    const bool stuck = !input.empty() && step.consumed == 0 && step.produced == 0;
    if (step.status == ContentDecoder::Status::kMalformed || stuck) return refuse(bad_coding());
    output_full_ = step.produced == space.size();
    n_consumed_ += step.consumed;
    input.remove_prefix(step.consumed);
  } while (!input.empty() && step.produced == 0);
  if (n_consumed_ == encoded_.size()) {
    encoded_.clear();
    n_consumed_ = 0;
  }
  return commit(step.produced);
}

bool Body::finish() {
  if (coded() && !decoder_->complete()) return refuse(bad_coding());
  decoder_.reset();  // its window would occupy memory during the prediction
  lease_->shrink_to(bytes_.size());
  lease_->keep();
  return true;
}

std::span<const std::byte> Body::bytes() const {
  return {static_cast<const std::byte*>(bytes_.data().data()), bytes_.size()};
}

Body::Taken Body::take() {
  n_taken_ = bytes_.size();
  return {.lease = std::move(lease_), .buffer = std::move(bytes_)};
}

bool Body::refuse(Problem problem) {
  problem_ = std::move(problem);
  bytes_ = {};
  decoder_.reset();
  lease_->release();
  return false;
}

Problem Body::too_large() const {
  return {413, "body_too_large", fmt::format("The body is larger than {} bytes.", max_size_)};
}

Problem Body::bad_coding() {
  return {400, "malformed_request", "The body is not valid in its content encoding."};
}

Problem Body::large_window() {
  return {413, "body_too_large",
          fmt::format("The zstd encoding of the body needs a window of more than {} bytes.",
                      kMaxZstdWindow)};
}

Problem Body::memory_full() {
  return busy("too_many_bytes",
              "The bodies of the requests in progress use all the memory reserved for them.");
}

}  // namespace genre::http
