// Reads what workers have left in a queue.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "queue/nats.h"

namespace genre::queue {

// Gives every message that stands in the stream, from that sequence number on, in its order, to
// take, until there is none left, stop is requested or take returns false. Returns the sequence
// number to go on from. Errors: kUnavailable, after some attempts.
[[nodiscard]] Result<std::uint64_t> read_stream(jsCtx* js, const std::string& stream,
                                                std::uint64_t from,
                                                const std::function<bool(std::string_view)>& take,
                                                const std::stop_token& stop);

}  // namespace genre::queue
