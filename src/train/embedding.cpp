#include "train/embedding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "features/feature_sets.h"
#include "model/shape.h"

namespace genre::train {
namespace {

std::vector<std::string> split_parts(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t end = std::min(text.find('+', first), text.size());
    parts.push_back(text.substr(first, end - first));
    first = end + 1;
  }
  return parts;
}

Result<void> add_features(FeatureSet feature_set, dataset::AudioOptions& audio) {
  const bool another = std::ranges::any_of(audio.inputs, [](const ModelInput& input) {
    return std::holds_alternative<FeaturesInput>(input.source);
  });
  if (another) return fail(ErrorCode::kBadParameter, "only one feature set can be used");
  audio.feature_set = feature_set;
  audio.inputs.push_back({.name = std::string(to_string(feature_set)),
                          .source = FeaturesInput{feature_set, audio.pad_mode}});
  return {};
}

Result<void> add_network(const std::string& name_or_path, const EmbeddingOptions& options,
                         const LoadNetwork& load, dataset::AudioOptions& audio) {
  const auto loaded = load(name_or_path);
  if (!loaded) return tl::make_unexpected(loaded.error());
  const auto& network = *loaded;
  const ModelInfo& info = network->info();
  if (info.inputs.size() != 1) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("the network {} has {} inputs; only one with a single input can be "
                            "used",
                            info.name, info.inputs.size()));
  }
  if (!audio.networks.emplace(info.name, network).second) {
    return fail(
        ErrorCode::kBadParameter,
        fmt::format("two networks are named {}; genre model adopt gives another name", info.name));
  }
  NetworkInput input{.network = info.name, .outputs = options.outputs, .excerpts = {}};
  if (input.outputs.empty()) input.outputs = {info.outputs.certainties};
  if (options.excerpts) {
    input.excerpts = NetworkInput::Excerpts{.n = *options.excerpts, .seconds = options.seconds};
  }
  const auto size = model::output_size(input, *network);
  if (!size) return tl::make_unexpected(size.error());
  input.size = *size;
  audio.inputs.push_back(
      {.name = fmt::format("embedding{}", audio.networks.size()), .source = std::move(input)});
  return {};
}

// A part of --feature-set.
Result<void> add_part(const std::string& part, const EmbeddingOptions& options,
                      const LoadNetwork& load, dataset::AudioOptions& audio) {
  if (const auto feature_set = parse_feature_set(part)) return add_features(*feature_set, audio);
  const std::string unknown = fmt::format("--feature-set: \"{}\" is not a feature set ({})", part,
                                          fmt::join(features::feature_set_names(), ", "));
  if (!load) return fail(ErrorCode::kBadParameter, unknown);
  auto added = add_network(part, options, load, audio);
  if (added) return added;
  return fail(added.error().code,
              fmt::format("{}, nor a network: {}", unknown, added.error().message));
}

// The windows that the model will have: those of the feature set, or else of the first network.
void set_windows(const EmbeddingOptions& options, dataset::AudioOptions& audio) {
  for (const ModelInput& input : audio.inputs) {
    if (!std::holds_alternative<FeaturesInput>(input.source)) continue;
    const auto& feature_set = features::info_of(audio.feature_set);
    audio.windows.window = feature_set.window;
    audio.windows.hop = feature_set.hop;
    return;
  }
  const auto& first = std::get<NetworkInput>(audio.inputs.front().source);
  const ModelInfo& network = audio.networks.at(first.network)->info();
  audio.windows.window = options.excerpts ? options.seconds : network.window;
  audio.windows.hop = options.excerpts ? options.seconds : network.hop;
}

}  // namespace

Result<void> set_inputs(const EmbeddingOptions& options, const LoadNetwork& load,
                        dataset::AudioOptions& audio) {
  const bool use_feature_set = options.network.empty() || !options.default_feature_set;
  if (use_feature_set) {
    for (const std::string& part : split_parts(options.feature_set)) {
      if (auto added = add_part(part, options, load, audio); !added) return added;
    }
  }
  if (!options.network.empty()) {
    auto added = add_network(options.network, options, load, audio);
    if (!added) return added;
  }
  if (audio.networks.empty()) {
    audio.inputs.clear();  // feature_set says it all
    return {};
  }
  if (!options.outputs.empty() && audio.networks.size() > 1) {
    return fail(ErrorCode::kBadParameter, "--outputs can be used with one network only");
  }
  set_windows(options, audio);
  return {};
}

std::string name_of(const dataset::AudioOptions& audio) {
  if (audio.inputs.empty()) return std::string(to_string(audio.feature_set));
  std::string name;
  for (const ModelInput& input : audio.inputs) {
    const auto* network = std::get_if<NetworkInput>(&input.source);
    name += fmt::format("{}{}", name.empty() ? "" : "+", network ? network->network : input.name);
  }
  return name;
}

}  // namespace genre::train
