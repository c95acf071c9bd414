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
  std::optional<std::string> bytes = {};  // else they are read from there
};

// What results and errors of a file are filed under: the same for the same name, 32 digits.
[[nodiscard]] std::string key_of(std::string_view file);

// again: a job with the same id, of this or an earlier run, does not make this one harmless; it is
// queued nevertheless. Jobs for a path are the same as long as the file has not changed.
[[nodiscard]] Outgoing to_message(const Job& job, const StreamNames& names, bool again);

[[nodiscard]] Job to_job(natsMsg* message);

// Whether it is a URL that a worker fetches.
[[nodiscard]] bool is_url(std::string_view file);

}  // namespace genre::queue
