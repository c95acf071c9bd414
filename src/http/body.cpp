#include "http/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "base/text.h"

namespace genre::http {
namespace {

constexpr std::size_t kDecodedPiece = std::size_t{256} * 1024;  // bytes

}  // namespace

Body::Body(std::size_t max_size, ByteBudget& budget, std::string client,
           std::function<void()> on_revoked)
    : max_size_(max_size),
      max_total_(budget.limit()),
      lease_(
          std::make_unique<ByteBudget::Lease>(budget, std::move(client), std::move(on_revoked))) {}

bool Body::set_coding(std::string_view coding) {
  if (coding.empty() || base::to_lower(coding) == "identity") return true;
  const auto is_gzip = Inflater::is_gzip(coding);
  if (!is_gzip) {
    return refuse({415,
                   "unsupported_content_encoding",
                   "The only supported content encodings are gzip and deflate.",
                   {{"Accept-Encoding", "gzip, deflate"}}});
  }
  inflater_ = std::make_unique<Inflater>(*is_gzip);
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
  return lease_->grow_to(bytes_.size()) || refuse(memory_full());
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
  // One more byte than allowed shows that there are too many.
  const auto space = bytes_.prepare(std::min(kDecodedPiece, max_size_ - bytes_.size() + 1));
  const auto step =
      inflater_->decode(encoded_, {static_cast<std::byte*>(space.data()), space.size()});
  if (!step.valid || (step.consumed == 0 && step.produced == 0)) return refuse(bad_coding());
  encoded_.erase(0, step.consumed);
  return commit(step.produced);
}

bool Body::finish() {
  if (coded() && !inflater_->complete()) return refuse(bad_coding());
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
  lease_->release();
  return false;
}

Problem Body::too_large() const {
  return {413, "body_too_large", fmt::format("The body is larger than {} bytes.", max_size_)};
}

Problem Body::bad_coding() {
  return {400, "malformed_request", "The body is not valid in its content encoding."};
}

Problem Body::memory_full() {
  return busy("too_many_bytes",
              "The bodies of the requests in progress use all the memory reserved for them.");
}

}  // namespace genre::http
