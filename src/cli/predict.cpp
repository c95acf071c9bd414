// genre predict: the server's answer, offline.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/input.h"
#include "genre/predictor.h"
#include "predict/json.h"

namespace genre::cli {
namespace {

struct PredictOptions {
  std::vector<std::string> files;
  std::string model;
  WindowOptions windows;
  std::size_t top = 3;
  bool json = false;
};

void print_json(const std::string& file, nlohmann::ordered_json result) {
  nlohmann::ordered_json line = {{"file", file}};
  line.update(result);
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_row(const std::string& file, std::size_t width, const Prediction& prediction,
               std::size_t top) {
  std::string row = fmt::format("{:<{}}", file, width);
  const auto genres = prediction.ranked(prediction.certainties);
  for (std::size_t i = 0; i < std::min(top, genres.size()); ++i) {
    row += fmt::format("  {:<9} {:5.1f} %", genres[i].genre, 100 * genres[i].certainty);
  }
  if (prediction.confident == false) row += "  not confident";
  fmt::print("{}\n", row);
}

int run(const PredictOptions& options) {
  const auto model = load_model(options.model);
  if (!model) {
    fmt::print(stderr, "genre predict: {}\n", model.error().message);
    return 1;
  }
  std::size_t width = 0;
  for (const std::string& file : options.files) width = std::max(width, file.size());

  Predictor predictor(*model);
  int status = 0;
  for (const std::string& file : options.files) {
    const auto prediction = read_input(file).and_then(
        [&](const auto& bytes) { return predictor.predict(bytes, options.windows); });
    if (prediction && options.json) {
      print_json(file, to_json(*prediction, (*model)->info()));
    } else if (prediction) {
      print_row(file, width, *prediction, options.top);
    } else {
      status = 1;
      const Error& error = prediction.error();
      fmt::print(stderr, "genre predict: {}: {}\n", file, error.message);
      if (options.json) {
        print_json(file,
                   {{"error", {{"code", to_string(error.code)}, {"message", error.message}}}});
      }
    }
    std::fflush(stdout);
  }
  return status;
}

}  // namespace

void add_predict(CLI::App& app, int& status) {
  auto options = std::make_shared<PredictOptions>();
  CLI::App* command = app.add_subcommand("predict", "Predict the genre of audio files");
  command->add_option("FILE", options->files, "Audio files; - is standard input")->required();
  command->add_flag(
      "--json", options->json,
      "One JSON object a line: file, genre, certainty, genres, confident, segments, duration");
  command->add_option("--top", options->top, "Genres in a row of the table")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--hop", options->windows.hop, "Seconds from one 3 s window to the next")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_option("--model", options->model,
                      "ONNX model to use, or a built-in one: default or seed");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
