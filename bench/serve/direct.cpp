// Measures the CPU time per prediction of the predictor without the server.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "genre/audio.h"
#include "genre/model.h"
#include "genre/predictor.h"

namespace genre::bench {
namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// With as many threads as the server, because a core may be faster while the others are idle.
double seconds_per_prediction(const std::shared_ptr<const Model>& model,
                              const std::vector<std::byte>& file, unsigned threads,
                              double seconds) {
  std::atomic<std::size_t> predictions = 0;
  std::vector<Predictor> predictors;
  for (unsigned i = 0; i < threads; ++i) {
    predictors.emplace_back(model);
    if (!predictors.back().predict(file)) throw std::runtime_error("the file is not audio");
  }
  const double before = cpu_seconds();
  {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    std::vector<std::jthread> running;
    for (Predictor& predictor : predictors) {
      running.emplace_back([&] {
        for (; std::chrono::steady_clock::now() < end; ++predictions) (void)predictor.predict(file);
      });
    }
  }
  return (cpu_seconds() - before) / static_cast<double>(predictions);
}

}  // namespace
}  // namespace genre::bench

int main(int argc, char** argv) {
  std::string path, model = "default";
  unsigned threads = 1;
  double seconds = 1;
  CLI::App app("CPU seconds a prediction");
  app.add_option("file", path)->required();
  app.add_option("--model", model)->check(CLI::IsMember({"default", "seed"}));
  app.add_option("--threads", threads)->check(CLI::Range(1, 1024));
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);
  const auto file = genre::base::read_file(path);
  if (!file) {
    fmt::print(stderr, "genre_direct: {}\n", file.error().message);
    return 1;
  }
  const auto built_in = model == "seed" ? genre::Model::seed() : genre::Model::builtin();
  fmt::print("{}\n", genre::bench::seconds_per_prediction(built_in, *file, threads, seconds));
}
