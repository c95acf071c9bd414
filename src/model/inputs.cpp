#include "model/inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "model/bad_model.h"
#include "model/frontend_json.h"
#include "model/graph.h"
#include "model/shape.h"

namespace genre::model {
namespace {

using nlohmann::json;
using onnx::ValueInfoProto;

// The value of a key that may only be a string; nothing if there is none.
Result<std::optional<std::string>> text(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if (!found->is_string()) return bad_model(fmt::format("in its inputs, {} must be a text", key));
  return found->get<std::string>();
}

Result<FeaturesInput> parse_features(const std::string& feature_set, const std::string& pad_mode) {
  const auto parsed_set = parse_feature_set(feature_set);
  if (!parsed_set) {
    return bad_model(fmt::format("its feature set \"{}\" is unknown; it must be gtzan26 or texture",
                                 feature_set));
  }
  const auto parsed_mode = parse_pad_mode(pad_mode);
  if (!parsed_mode) {
    return bad_model(
        fmt::format("its metadata {} is \"{}\"; it must be constant, reflect, edge or symmetric",
                    metadata_key::kPadMode, pad_mode));
  }
  return FeaturesInput{*parsed_set, *parsed_mode};
}

Result<void> check_row(const ValueInfoProto& value, std::size_t size, const std::string& of) {
  const auto declared = row_size(value);
  if (declared == size) return {};
  return bad_model(fmt::format("its input {} is {}, but {} needs float [N, {}]", value.name(),
                               describe(value), of, size));
}

Result<FeaturesInput> read_features(const ValueInfoProto& value, FeaturesInput input) {
  const std::size_t size = feature_names(input.feature_set).size();
  return check_row(value, size, fmt::format("the feature set {}", to_string(input.feature_set)))
      .map([&] { return input; });
}

// Which two dimensions of the shape are the frames and the bands. The others must be 1, but for N.
struct PatchAxes {
  std::size_t mels, frames;
};

Result<PatchAxes> patch_axes(const ValueInfoProto& value, const std::vector<std::int64_t>& shape,
                             const FrontendParameters& frontend,
                             const std::optional<std::string>& layout) {
  const auto wrong = [&](const std::string& why) {
    return bad_model(fmt::format(
        "its input {} is {}; a front end with {} mel bands needs float [N, n_mels, n_frames] or "
        "[N, n_frames, n_mels], or one of them with a dimension of 1 more{}",
        value.name(), describe(value), frontend.n_mels, why));
  };
  std::vector<std::size_t> axes;  // that are not 1, after N
  for (std::size_t i = 1; i < shape.size(); ++i) {
    if (shape[i] != 1 || shape.size() == 3) axes.push_back(i);
  }
  if (axes.size() != 2 || shape.size() < 3 || shape.size() > 4) return wrong("");
  const auto n_mels = static_cast<std::int64_t>(frontend.n_mels);
  const auto is_mels = [&](std::size_t axis) { return shape[axis] == n_mels || shape[axis] < 0; };
  const PatchAxes mels_first{axes[0], axes[1]}, frames_first{axes[1], axes[0]};
  if (layout) {
    if (*layout != "mels_frames" && *layout != "frames_mels") {
      return wrong("; its layout must be mels_frames or frames_mels");
    }
    const PatchAxes chosen = *layout == "mels_frames" ? mels_first : frames_first;
    if (!is_mels(chosen.mels)) return wrong(fmt::format("; its layout is {}", *layout));
    return chosen;
  }
  const bool first = shape[axes[0]] == n_mels, second = shape[axes[1]] == n_mels;
  if (first && second) {
    return wrong(
        "; both dimensions are equal, so its layout must be given: mels_frames or "
        "frames_mels");
  }
  if (first || second) return first ? mels_first : frames_first;
  // Sizes that are not declared say nothing; then a declared one is the number of frames.
  if (shape[axes[0]] < 0 && shape[axes[1]] < 0) {
    return wrong(
        "; its sizes are not declared, so its layout must be given: mels_frames or "
        "frames_mels");
  }
  if (is_mels(axes[0])) return mels_first;
  if (is_mels(axes[1])) return frames_first;
  return wrong("");
}

Result<PatchInput> read_patch(const ValueInfoProto& value, const json& description) {
  auto frontend = parse_frontend(description.at("frontend"));
  if (!frontend) return bad_model(frontend.error().message);
  const auto layout = text(description, "layout");
  if (!layout) return tl::make_unexpected(layout.error());
  const auto shape = float_shape(value).value_or(std::vector<std::int64_t>{});
  const auto axes = patch_axes(value, shape, *frontend, *layout);
  if (!axes) return tl::make_unexpected(axes.error());
  PatchInput input{.frontend = *frontend,
                   .frames_first = axes->frames < axes->mels,
                   .any_frames = shape[axes->frames] < 0,
                   .shape = {shape.begin(), shape.end()}};
  input.shape[0] = 1;
  input.shape[axes->mels] = static_cast<int>(frontend->n_mels);
  if (!input.any_frames) {
    const bool adjacent = input.frontend.patch_hop_frames == input.frontend.patch_frames;
    input.frontend.patch_frames = static_cast<std::size_t>(shape[axes->frames]);
    if (adjacent) input.frontend.patch_hop_frames = input.frontend.patch_frames;
    if (auto valid = validate(input.frontend); !valid) return bad_model(valid.error().message);
  }
  return input;
}

Result<NetworkInput::Excerpts> read_excerpts(const json& description) {
  const json& n = description.at("excerpts");
  const json seconds = description.value("seconds", json(10));
  constexpr std::int64_t kMostExcerpts = 100;
  constexpr double kLeastSeconds = 0.1, kMostSeconds = 60;
  if (!n.is_number_integer() || n < 1 || n > kMostExcerpts || !seconds.is_number() ||
      seconds < kLeastSeconds || seconds > kMostSeconds) {
    return bad_model(fmt::format("in its inputs, excerpts must be 1 to {}, and seconds {} to {}",
                                 kMostExcerpts, kLeastSeconds, kMostSeconds));
  }
  return NetworkInput::Excerpts{.n = n, .seconds = seconds};
}

// The network's file is in the model's own metadata or comes from find_network.
Result<std::shared_ptr<const Model>> load_network(
    const std::string& name, const std::map<std::string, std::string>& metadata,
    const FindNetwork& find_network) {
  const auto embedded = metadata.find(metadata_key::kNetwork + name);
  if (embedded != metadata.end()) {
    const auto bytes = base::decode_base64(embedded->second);
    if (!bytes) return bad_model(fmt::format("its metadata {} is not base64", embedded->first));
    return Model::load_network(*bytes);
  }
  if (!find_network) {
    return bad_model(fmt::format("it needs the network {}, which is not in the file", name));
  }
  return find_network(name).and_then(
      [](const std::vector<std::byte>& onnx) { return Model::load_network(onnx); });
}

Result<NetworkInput> read_network(const ValueInfoProto& value, const json& description,
                                  const std::map<std::string, std::string>& metadata,
                                  const FindNetwork& find_network, Networks& networks) {
  NetworkInput input;
  const auto name = text(description, "network");
  if (!name) return tl::make_unexpected(name.error());
  input.network = **name;
  if (!description.contains("outputs") || !description["outputs"].is_array() ||
      description["outputs"].empty() ||
      !std::ranges::all_of(description["outputs"], [](const json& o) { return o.is_string(); })) {
    return bad_model(
        fmt::format("in its inputs, {} must have \"outputs\", a list of outputs of the network {}",
                    value.name(), input.network));
  }
  input.outputs = description["outputs"].get<std::vector<std::string>>();
  if (description.contains("excerpts")) {
    auto excerpts = read_excerpts(description);
    if (!excerpts) return tl::make_unexpected(excerpts.error());
    input.excerpts = *excerpts;
  }
  if (!networks.contains(input.network)) {
    auto network = load_network(input.network, metadata, find_network);
    if (!network) {
      network.error().message =
          fmt::format("the network {}: {}", input.network, network.error().message);
      return tl::make_unexpected(network.error());
    }
    networks[input.network] = *std::move(network);
  }
  const auto size = output_size(input, *networks[input.network]);
  if (!size) return tl::make_unexpected(size.error());
  input.size = *size;
  return check_row(value, *size, fmt::format("the network {}", input.network)).map([&] {
    return input;
  });
}

template <typename Source>
Result<ModelInput> named(const ValueInfoProto& value, Result<Source>&& source) {
  return std::move(source).map([&](Source&& s) { return ModelInput{value.name(), std::move(s)}; });
}

Result<ModelInput> read_input(const ValueInfoProto& value, const json& description,
                              const std::map<std::string, std::string>& metadata,
                              const FindNetwork& find_network, Networks& networks) {
  if (description.contains("frontend")) return named(value, read_patch(value, description));
  if (description.contains("network")) {
    return named(value, read_network(value, description, metadata, find_network, networks));
  }
  const auto feature_set = text(description, "feature_set");
  if (!feature_set) return tl::make_unexpected(feature_set.error());
  if (!*feature_set) {
    return bad_model(
        fmt::format("in its inputs, {} must have feature_set, frontend or network", value.name()));
  }
  const auto pad_mode = text(description, "pad_mode");
  if (!pad_mode) return tl::make_unexpected(pad_mode.error());
  return named(value, parse_features(**feature_set, pad_mode->value_or("constant"))
                          .and_then([&](FeaturesInput f) { return read_features(value, f); }));
}

// The short form: genre.feature_set and genre.pad_mode describe the only input.
Result<std::vector<ModelInput>> read_only_input(
    const onnx::GraphProto& graph, const std::map<std::string, std::string>& metadata) {
  const auto get = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  const auto features = parse_features(get(metadata_key::kFeatureSet), get(metadata_key::kPadMode));
  if (!features) return tl::make_unexpected(features.error());
  const auto inputs = fed_inputs(graph);
  const std::size_t size = feature_names(features->feature_set).size();
  if (inputs.size() != 1 || row_size(*inputs[0]) != size) {
    return bad_model(fmt::format("it must have one float input [N, {}] for the feature set {}",
                                 size, to_string(features->feature_set)));
  }
  return std::vector{ModelInput{inputs[0]->name(), *features}};
}

}  // namespace

Result<std::vector<ModelInput>> read_inputs(const onnx::GraphProto& graph,
                                            const std::map<std::string, std::string>& metadata,
                                            const FindNetwork& find_network, Networks& networks) {
  const auto found = metadata.find(metadata_key::kInputs);
  if (found == metadata.end()) return read_only_input(graph, metadata);
  const json list = json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  const bool objects =
      list.is_array() && !list.empty() && std::ranges::all_of(list, [](const json& entry) {
        return entry.is_object() && entry.contains("name") && entry["name"].is_string();
      });
  if (!objects) {
    return bad_model(fmt::format("its metadata {} must be a JSON array of objects with a name",
                                 metadata_key::kInputs));
  }
  const auto values = fed_inputs(graph);
  std::vector<ModelInput> inputs;
  for (const ValueInfoProto* value : values) {
    const auto description = std::ranges::find_if(
        list, [&](const json& entry) { return entry["name"] == value->name(); });
    if (description == list.end()) {
      return bad_model(fmt::format("its metadata {} does not describe the input {}",
                                   metadata_key::kInputs, value->name()));
    }
    auto input = read_input(*value, *description, metadata, find_network, networks);
    if (!input) return tl::make_unexpected(std::move(input.error()));
    inputs.push_back(*std::move(input));
  }
  if (inputs.size() != list.size()) {
    return bad_model(fmt::format("its metadata {} describes {} inputs; the graph has {}",
                                 metadata_key::kInputs, list.size(), inputs.size()));
  }
  return inputs;
}

}  // namespace genre::model
