#include "genre/model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "model/checksum.h"
#include "model/opencv.h"
#include "model/tensors.h"

namespace genre {
namespace {

tl::unexpected<Error> bad_model(const std::string& why) {
  return fail(ErrorCode::kBadModel, "cannot use this model: " + why);
}

// The last dimension of a float tensor [N, n]; 0 for any other value.
std::int64_t row_size(const onnx::ValueInfoProto& value) {
  const auto& type = value.type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT || type.shape().dim_size() != 2) return 0;
  return type.shape().dim(1).dim_value();
}

// The inputs of the graph without the weights, which older files list as inputs too.
std::vector<const onnx::ValueInfoProto*> fed_inputs(const onnx::GraphProto& graph) {
  std::set<std::string> weights;
  for (const auto& initializer : graph.initializer()) weights.insert(initializer.name());
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& input : graph.input()) {
    if (!weights.contains(input.name())) inputs.push_back(&input);
  }
  return inputs;
}

// Names go into JSON, log lines, HTML and metric labels, which cannot contain arbitrary bytes. They
// are checked once, here, so that no other code has to.
Result<void> check_name(const char* key, std::string_view name) {
  constexpr std::size_t kMaxName = 256;  // bytes
  if (name.size() > kMaxName) {
    return bad_model(fmt::format("its metadata {} has a name of {} bytes; the maximum is {} bytes",
                                 key, name.size(), kMaxName));
  }
  if (!base::is_printable_utf8(name)) {
    return bad_model(fmt::format(
        "its metadata {} has a name that is not valid UTF-8 or has control characters", key));
  }
  return {};
}

Result<std::vector<std::string>> parse_labels(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const bool strings = json.is_array() && std::ranges::all_of(json, [](const auto& label) {
                         return label.is_string() && !label.template get<std::string>().empty();
                       });
  if (!strings || json.size() < 2) {
    return bad_model(
        fmt::format("its metadata {} must be a JSON array of at least two names, in UTF-8",
                    metadata_key::kLabels));
  }
  auto labels = json.get<std::vector<std::string>>();
  if (std::set<std::string>(labels.begin(), labels.end()).size() != labels.size()) {
    return bad_model(fmt::format("its metadata {} contains a genre twice", metadata_key::kLabels));
  }
  for (const std::string& label : labels) {
    if (auto checked = check_name(metadata_key::kLabels, label); !checked) {
      return tl::make_unexpected(checked.error());
    }
  }
  return labels;
}

// {"clip": {"certainty", "novelty"}, "track": {"certainty", "novelty"}, "track_clips"}
Result<std::optional<ConfidentThresholds>> parse_confident(
    const std::map<std::string, std::string>& metadata) {
  const auto found = metadata.find(metadata_key::kConfident);
  if (found == metadata.end()) return std::nullopt;
  try {
    const auto json = nlohmann::json::parse(found->second);
    const auto threshold = [&](const char* key) {
      return ConfidentThresholds::Threshold{.certainty = json.at(key).at("certainty"),
                                            .novelty = json.at(key).at("novelty")};
    };
    return ConfidentThresholds{.clip = threshold("clip"),
                               .track = threshold("track"),
                               .track_clips = json.at("track_clips")};
  } catch (const nlohmann::json::exception&) {
    return bad_model(fmt::format(
        "its metadata {} must be a JSON object with clip and track, each with certainty "
        "and novelty, and track_clips",
        metadata_key::kConfident));
  }
}

Result<std::optional<double>> parse_window_correlation(
    const std::map<std::string, std::string>& metadata) {
  const auto found = metadata.find(metadata_key::kWindowCorrelation);
  if (found == metadata.end()) return std::nullopt;
  const auto json = nlohmann::json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  if (!json.is_number() || json.get<double>() < 0 || json.get<double>() > 1) {
    return bad_model(fmt::format("its metadata {} is \"{}\"; it must be a number from 0 to 1",
                                 metadata_key::kWindowCorrelation, found->second));
  }
  return json.get<double>();
}

Result<ModelInfo> parse_info(const onnx::ModelProto& proto) {
  ModelInfo info;
  for (const auto& entry : proto.metadata_props()) info.metadata[entry.key()] = entry.value();

  std::vector<std::string> missing;
  const auto get = [&](const char* key) {
    const auto found = info.metadata.find(key);
    if (found == info.metadata.end()) missing.emplace_back(key);
    return found == info.metadata.end() ? std::string() : found->second;
  };
  info.name = get(metadata_key::kName);
  const std::string feature_set = get(metadata_key::kFeatureSet);
  const std::string pad_mode = get(metadata_key::kPadMode);
  const std::string labels = get(metadata_key::kLabels);
  if (!missing.empty()) {
    return bad_model(fmt::format("its ONNX metadata_props have no {}", fmt::join(missing, ", ")));
  }
  if (auto checked = check_name(metadata_key::kName, info.name); !checked) {
    return tl::make_unexpected(checked.error());
  }
  const auto parsed_feature_set = parse_feature_set(feature_set);
  if (!parsed_feature_set) {
    return bad_model(fmt::format("its feature set \"{}\" is unknown; it must be gtzan26 or texture",
                                 feature_set));
  }
  info.feature_set = *parsed_feature_set;
  const auto parsed_pad_mode = parse_pad_mode(pad_mode);
  if (!parsed_pad_mode) {
    return bad_model(
        fmt::format("its metadata {} is \"{}\"; it must be constant, reflect, edge or symmetric",
                    metadata_key::kPadMode, pad_mode));
  }
  info.pad_mode = *parsed_pad_mode;
  auto parsed_labels = parse_labels(labels);
  if (!parsed_labels) return tl::make_unexpected(parsed_labels.error());
  info.labels = std::move(*parsed_labels);
  const auto correlation = parse_window_correlation(info.metadata);
  if (!correlation) return tl::make_unexpected(correlation.error());
  info.window_correlation = *correlation;
  const auto confident = parse_confident(info.metadata);
  if (!confident) return tl::make_unexpected(confident.error());
  info.confident = *confident;
  return info;
}

Result<void> check_graph(const onnx::GraphProto& graph, const ModelInfo& info) {
  const auto inputs = fed_inputs(graph);
  const std::size_t n_features = feature_names(info.feature_set).size();
  if (inputs.size() != 1 || row_size(*inputs[0]) != static_cast<std::int64_t>(n_features)) {
    return bad_model(fmt::format("it must have one float input [N, {}] for the feature set {}",
                                 n_features, to_string(info.feature_set)));
  }
  const bool certainties =
      graph.output_size() > 0 &&
      row_size(graph.output(0)) == static_cast<std::int64_t>(info.labels.size());
  const bool novelty = graph.output_size() == 2 && row_size(graph.output(1)) == 1;
  if (!certainties || (graph.output_size() != 1 && !novelty)) {
    return bad_model(
        fmt::format("it must have one float output [N, {}], the certainties of its labels, and may "
                    "have a second one [N, 1], the novelty",
                    info.labels.size()));
  }
  if (!model::tensors_are_whole(graph)) {
    return bad_model(
        "it has a tensor of a type that OpenCV does not read, or with more or fewer values than "
        "its "
        "dimensions declare");
  }
  return {};
}

// A hint for a known limitation of OpenCV 4.6, whose own message is hard to understand.
std::string known_limitation(const onnx::GraphProto& graph) {
  const auto transposed = [](const onnx::NodeProto& node) {
    return std::ranges::any_of(node.attribute(), [](const onnx::AttributeProto& attribute) {
      return attribute.name() == "transB" && attribute.i() == 1;
    });
  };
  const bool plain_gemm = std::ranges::any_of(graph.node(), [&](const onnx::NodeProto& node) {
    return node.op_type() == "Gemm" && !transposed(node);
  });
  return plain_gemm ? "it supports Gemm with transB 1 only, so transpose the weights; " : "";
}

// Runs the graph once, as Classifier does.
Result<void> check_runs(std::span<const std::byte> onnx, const onnx::GraphProto& graph,
                        const ModelInfo& info) {
  const std::size_t n_features = feature_names(info.feature_set).size();
  try {
    const std::vector<float> input(n_features);
    model::OpenCvNet net(onnx, n_features, info.labels.size());
    double sum = 0;
    bool valid = true;
    for (const float certainty : net.run(input).certainties) {
      valid &= certainty >= 0 && certainty <= 1;
      sum += certainty;
    }
    if (!valid || std::fabs(sum - 1) > 1e-3) {
      return bad_model(
          "its outputs are not certainties from 0 to 1 with sum 1; end the graph with a softmax");
    }
  } catch (const cv::Exception& error) {
    return bad_model(
        fmt::format("OpenCV cannot run its graph: {}{}", known_limitation(graph), error.err));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::load(std::span<const std::byte> onnx) {
  if (onnx.size() > kMaxModelBytes) {  // protobuf takes the size as an int
    return bad_model(fmt::format("it has {} bytes; the maximum for a model file is {}", onnx.size(),
                                 kMaxModelBytes));
  }
  const model::Checksum checksum = model::check(onnx);
  if (checksum == model::Checksum::kWrong) {
    return bad_model(
        "its checksum is wrong: the file is damaged, or a program has changed it without writing "
        "the checksum again");
  }
  onnx::ModelProto proto;
  if (onnx.empty() || !proto.ParseFromArray(onnx.data(), static_cast<int>(onnx.size())) ||
      proto.graph().node().empty()) {
    return bad_model("it is not an ONNX file");
  }
  auto info = parse_info(proto);
  if (!info) return tl::make_unexpected(info.error());
  // A damaged end does not look like a checksum any more.
  if (checksum == model::Checksum::kNone && info->metadata.contains(metadata_key::kChecksum)) {
    return bad_model(
        fmt::format("its metadata {} says that the file ends with a checksum, but it does not: the "
                    "file is damaged, or a program has changed it without writing the checksum "
                    "again",
                    metadata_key::kChecksum));
  }
  if (auto checked = check_graph(proto.graph(), *info); !checked) {
    return tl::make_unexpected(checked.error());
  }
  if (auto checked = check_runs(onnx, proto.graph(), *info); !checked) {
    return tl::make_unexpected(checked.error());
  }
  std::shared_ptr<Model> model(new Model);
  model->info_ = std::move(*info);
  model->onnx_.assign(onnx.begin(), onnx.end());
  return model;
}

}  // namespace genre
