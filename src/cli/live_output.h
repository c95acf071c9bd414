// What genre live writes to standard output.
#pragma once

#include <cstddef>
#include <memory>

#include "genre/predictor.h"

namespace genre::cli {

// Each write is complete when it returns, so that a reader of the pipe has it at once.
class LiveOutput {
 public:
  virtual ~LiveOutput() = default;
  LiveOutput(const LiveOutput&) = delete;
  LiveOutput& operator=(const LiveOutput&) = delete;

  // The next window. summary: of all windows so far, this one included. False: nobody reads on.
  [[nodiscard]] virtual bool window(const Segment& window, const Prediction& summary) = 0;
  // The end.
  [[nodiscard]] virtual bool end(const Prediction& summary) = 0;

 protected:
  LiveOutput() = default;
};

// One line of JSON for each window, for the summary after every `every` windows (0: never), and for
// the summary at the end. top: the most genres of each. model must outlive it.
[[nodiscard]] std::unique_ptr<LiveOutput> json_lines(const ModelInfo& model, std::size_t top,
                                                     std::size_t every);

// A bar for each of the `top` genres so far, drawn again with each window.
[[nodiscard]] std::unique_ptr<LiveOutput> bar_chart(std::size_t top);

}  // namespace genre::cli
