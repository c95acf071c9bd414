// A file to predict, as a message: of the subject NAME.jobs, with the path or the URL as its text;
// or with the file itself as its bytes, and its name in the header Genre-File, percent-encoded.
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
  std::optional<std::string> bytes = {};  // its content, where that is in the message
};

// The last part of the subject of a file's results and errors: 32 hexadecimal digits, the same for
// the same name.
[[nodiscard]] std::string key_of(std::string_view file);

// Jobs for a path have the same id as long as the file does not change, and the stream takes a job
// of the same id once. again: queue it nevertheless, with an id of its own.
[[nodiscard]] Outgoing to_message(const Job& job, const StreamNames& names, bool again);

// Error: kOutOfMemory, where nats.c has no memory for the headers.
[[nodiscard]] Result<Job> to_job(natsMsg* message);

// Whether a worker fetches the file from the web.
[[nodiscard]] bool is_url(std::string_view file);

}  // namespace genre::queue
