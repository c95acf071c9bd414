// Reads the results of workers from a stream.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "queue/nats.h"

namespace genre::queue {

// Calls on_message with each message of the stream in order, starting at the sequence number from,
// until the end of the stream, until stop is requested or until on_message returns false. Returns
// the sequence number at which to continue. Error: kUnavailable, after several attempts.
[[nodiscard]] Result<std::uint64_t> read_stream(
    jsCtx* js, const std::string& stream, std::uint64_t from,
    const std::function<bool(std::string_view)>& on_message, const std::stop_token& stop);

}  // namespace genre::queue
