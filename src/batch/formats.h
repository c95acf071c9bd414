// The functions behind open_output, one per format.
#pragma once

#include <memory>

#include "batch/output.h"

namespace genre::batch {

[[nodiscard]] Result<std::unique_ptr<Output>> open_jsonl(const OutputOptions& options);
[[nodiscard]] Result<std::unique_ptr<Output>> open_csv(const OutputOptions& options);
[[nodiscard]] Result<std::unique_ptr<Output>> open_sqlite(const OutputOptions& options);

}  // namespace genre::batch
