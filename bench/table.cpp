#include "table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "inputs.h"

namespace genre::bench {
namespace {

// The ratios of two medians that the extractor is held to (docs/performance.md).
struct Goal {
  const char* what;
  const char* numerator;
  const char* denominator;
  const char* goal;
};
constexpr Goal kGoals[] = {
    {"gtzan26 to its bare FFTs", "gtzan26", "fft", "at most 2.5"},
    {"ten windows to one", "windows/10", "gtzan26", "at most 10.5"},
    {"10 minutes to 30 s", "predict_song/600", "predict_song/30", "20: linear"},
    {"WAV to certainties, to gtzan26", "predict_22050_mono", "gtzan26", "at most 1.3"},
    {"resampling from 44.1 kHz, to gtzan26", "resample", "gtzan26", "at most 1"},
    {"one thread to two", "threads/1/real_time", "threads/2/real_time", "at least 1.9"},
};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

bool Table::ReportContext(const Context&) { return true; }

void Table::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string name = run.benchmark_name();
    auto row = std::ranges::find(rows_, name, &Row::name);
    if (row == rows_.end()) {
      const auto audio = run.counters.find("audio");
      row = rows_.insert(
          rows_.end(),
          Row{.name = name,
              .label = run.report_label,
              .audio = audio == run.counters.end() ? kClipSeconds : audio->second.value,
              .seconds = {}});
    }
    row->seconds.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
  }
}

double Table::median(const std::string& name) const {
  const auto row = std::ranges::find(rows_, name, &Row::name);
  return row == rows_.end() ? std::numeric_limits<double>::quiet_NaN() : median_of(row->seconds);
}

std::string Table::to_markdown() const {
  std::string text = "| stage | audio | median | fastest | x real time | ratio to the FFTs |\n";
  text += "|---|---|---|---|---|---|\n";
  for (const Row& row : rows_) {
    const double seconds = median_of(row.seconds);
    const double ffts = median("fft") * row.audio / kClipSeconds;
    text += fmt::format("| {}{} | {:.0f} s | {:.4f} ms | {:.4f} ms | {:.0f} | {:.3f} |\n", row.name,
                        row.label.empty() ? "" : " " + row.label, row.audio, seconds * 1e3,
                        *std::ranges::min_element(row.seconds) * 1e3, row.audio / seconds,
                        seconds / ffts);
  }
  text += "\n| ratio of medians | measured | goal |\n|---|---|---|\n";
  for (const Goal& goal : kGoals) {
    text += fmt::format("| {} | {:.2f} | {} |\n", goal.what,
                        median(goal.numerator) / median(goal.denominator), goal.goal);
  }
  return text;
}

}  // namespace genre::bench
