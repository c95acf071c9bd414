// The command line of `genre train`.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dataset/music.h"
#include "train/command.h"
#include "train/learner.h"

namespace genre::train {

inline constexpr const char* kRandomClip = "random-clip";
inline constexpr const char* kTrack = "track";
inline constexpr const char* kGroup = "group";
inline constexpr const char* kKFold = "k-fold";
inline constexpr const char* kSourceOut = "source-out";
inline constexpr const char* kSplitFile = "split-file";

struct Options {
  std::vector<dataset::DataSet> data_sets;
  bool is_table = false;  // given with --features
  dataset::MusicOptions data;
  std::string output = "model.onnx", html, confusion;
  std::string protocol;  // empty: default_protocol() of the data
  std::size_t n_folds = 10;
  std::size_t train_clips = 0, validation_clips = 0;
  std::vector<std::string> split_files;
  std::string split_name = kSplitFile;
  std::optional<Method> method;  // nullopt: default_method() of the feature set
  TrainOptions train;
  std::string name;  // empty: named after feature set and method
};

[[nodiscard]] Method default_method(FeatureSet feature_set);

// The protocol to use if none was chosen: source-out for data of several sources.
[[nodiscard]] std::string default_protocol(const Options& options, const dataset::Table& table);

// Adds the options to app and parses. Throws CLI::ParseError for a wrong command line, a network
// that cannot be used, and for --help.
[[nodiscard]] Options parse(CLI::App& app, const NetworkSource& networks, int argc, char** argv);

}  // namespace genre::train
