// Times every stage on one clip and prints the tables of RESULTS.md. See ./bench/run --help.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <exception>
#include <string>
#include <vector>

#include "inputs.h"
#include "table.h"

// genre_bench CLIP [flags of Google Benchmark]
int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: genre_bench CLIP.wav [--benchmark_filter=REGEX ...]\n");
    return 2;
  }
  try {
    genre::bench::read_clip(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "genre_bench: {}\n", error.what());
    return 1;
  }
  // Repetitions of all benchmarks are interleaved, so that a change of the machine's speed affects
  // all.
  std::string defaults[] = {"genre_bench", "--benchmark_repetitions=9",
                            "--benchmark_enable_random_interleaving=true",
                            "--benchmark_min_time=0.1"};
  std::vector<char*> arguments;
  for (std::string& argument : defaults) arguments.push_back(argument.data());
  arguments.insert(arguments.end(), argv + 2, argv + argc);
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  genre::bench::Table table;
  benchmark::RunSpecifiedBenchmarks(&table);
  fmt::print("{}", table.to_markdown());
}
