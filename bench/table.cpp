#include "table.h"

#include <fmt/format.h>

#include <algorithm>

#include "inputs.h"

namespace genre::bench {
namespace {

// The performance goals, as ratios of two benchmarks (docs/performance.md).
struct Goal {
  const char* what;
  const char* numerator;
  const char* denominator;
  const char* goal;
};
constexpr Goal kGoals[] = {
    {"gtzan26 to its bare FFTs", "gtzan26", "fft", "at most 1.6"},
    {"ten windows to one", "windows/10", "gtzan26", "at most 10.5"},
    {"ten minutes to 30 s", "predict_song/600", "predict_song/30", "20: linear"},
    {"WAV to the seed model's certainties, to gtzan26", "predict_22050_mono/seed", "gtzan26",
     "at most 1.25"},
    {"the default model's whole prediction to the seed's", "predict_22050_mono/default",
     "predict_22050_mono/seed", "at most 14"},
    {"resampling a clip from 44.1 kHz, to gtzan26", "resample/clip", "gtzan26", "at most 1"},
    {"resampling a song from 44.1 kHz, to gtzan26", "resample/song", "windows/10", "at most 1"},
    {"one thread to two", "threads/1/real_time", "threads/2/real_time", "at least 1.9"},
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double fastest(const std::vector<double>& values) { return *std::ranges::min_element(values); }

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
          Row{.place = {run.family_index, run.per_family_instance_index},
              .name = name,
              .audio = audio == run.counters.end() ? kClipSeconds : audio->second.value,
              .seconds = {}});
    }
    row->seconds.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
  }
}

const Table::Row* Table::find(const std::string& name) const {
  const auto row = std::ranges::find(rows_, name, &Row::name);
  return row == rows_.end() ? nullptr : &*row;
}

std::string Table::to_markdown() const {
  auto rows = rows_;
  std::ranges::sort(rows, {}, &Row::place);
  std::string text = "| stage | audio | median | fastest | x real time | ratio to the FFTs |\n";
  text += "|---|---|---|---|---|---|\n";
  const Row* fft = find("fft");
  for (const Row& row : rows) {
    const double seconds = median(row.seconds);
    const std::string ratio =
        fft == nullptr
            ? ""
            : fmt::format("{:.3f}", seconds / median(fft->seconds) * kClipSeconds / row.audio);
    text += fmt::format("| {} | {:.0f} s | {:.4f} ms | {:.4f} ms | {:.0f} | {} |\n", row.name,
                        row.audio, seconds * 1e3, fastest(row.seconds) * 1e3, row.audio / seconds,
                        ratio);
  }
  text += "\n| ratio | of medians | of the fastest | goal |\n|---|---|---|---|\n";
  for (const Goal& goal : kGoals) {
    const Row *over = find(goal.numerator), *under = find(goal.denominator);
    if (over == nullptr || under == nullptr) continue;
    text += fmt::format("| {} | {:.2f} | {:.2f} | {} |\n", goal.what,
                        median(over->seconds) / median(under->seconds),
                        fastest(over->seconds) / fastest(under->seconds), goal.goal);
  }
  return text;
}

}  // namespace genre::bench
