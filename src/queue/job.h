// A job, a file to predict, as a message with the subject NAME.jobs. The payload is a path or a
// URL; or it is the content of the file, and the header Genre-File has the percent-encoded name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "queue/nats.h"
#include "queue/publisher.h"
#include "queue/streams.h"

namespace genre::queue {

struct Job {
  std::string file;                       // its path or URL
  std::optional<std::string> bytes = {};  // its content, if the message has it
};

// The last part of the subject of a file's results and errors: 32 hexadecimal digits, a hash of its
// name.
[[nodiscard]] std::string key_of(std::string_view file);

// Jobs for a path have the same id until the file changes, and the stream ignores a second job with
// the same id. again: use a unique id, so that the job is queued anyway.
[[nodiscard]] Outgoing to_message(const Job& job, const StreamNames& names, bool again);

// Error: kOutOfMemory if nats.c has no memory for the headers.
[[nodiscard]] Result<Job> to_job(natsMsg* message);

// Whether a worker fetches the file from the web.
[[nodiscard]] bool is_url(std::string_view file);

}  // namespace genre::queue
