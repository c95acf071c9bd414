// Collects the runs and prints them as Markdown.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace genre::bench {

class Table : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  // A table of all stages, and a table of the ratios with their goals.
  [[nodiscard]] std::string to_markdown() const;

 private:
  struct Row {
    std::pair<std::int64_t, std::int64_t> place;  // in the order of the source
    std::string name;
    double audio;                 // s of audio that one run processes
    std::vector<double> seconds;  // of each repetition
  };
  // The row of that name, or a null pointer if it did not run.
  [[nodiscard]] const Row* find(const std::string& name) const;
  std::vector<Row> rows_;
};

}  // namespace genre::bench
