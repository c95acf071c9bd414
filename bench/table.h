// Collects the runs and prints them as Markdown.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace genre::bench {

class Table : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  // The medians of all runs as a table, and the ratios that the project holds itself to.
  [[nodiscard]] std::string to_markdown() const;

 private:
  struct Row {
    std::string name, label;
    double audio;                 // s, of which one run works through
    std::vector<double> seconds;  // of each repetition
  };
  [[nodiscard]] double median(const std::string& name) const;  // s; NaN where it did not run
  std::vector<Row> rows_;
};

}  // namespace genre::bench
