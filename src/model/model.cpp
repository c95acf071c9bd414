#include "genre/model.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <vector>

#include "features/feature_sets.h"
#include "features/frontend_parameters.h"
#include "model/activation.h"
#include "model/bad_model.h"
#include "model/checksum.h"
#include "model/graph.h"
#include "model/inputs.h"
#include "model/metadata.h"
#include "model/network.h"
#include "model/tensors.h"

namespace genre {
namespace {

using model::bad_model;
using model::Purpose;

// The windows of the first input: a patch, or the clips that a feature set is made for.
void set_default_window(ModelInfo& info) {
  if (info.metadata.contains(metadata_key::kWindow)) return;
  if (const auto* features = info.features()) {
    const auto& feature_set = features::info_of(features->feature_set);
    info.window = feature_set.window;
    info.hop = feature_set.hop;
    return;
  }
  for (const ModelInput& input : info.inputs) {
    const auto* patch = std::get_if<PatchInput>(&input.source);
    if (!patch) continue;
    const FrontendParameters& p = patch->frontend;
    const features::Framing framing = features::framing(p);
    // Without padding, the last frame reaches beyond its hop.
    const std::size_t needed = (p.patch_frames - 1) * p.hop_length + framing.frame_length +
                               (p.pre_emphasis == 0 ? 0 : 1) - 2 * framing.pad;
    const auto seconds = [&](std::size_t samples) {
      constexpr double kLeast = 0.1;
      return std::max(kLeast, static_cast<double>(samples) / p.sr);
    };
    info.window = seconds(std::max(p.patch_frames * p.hop_length, needed));
    info.hop = seconds(p.patch_hop_frames * p.hop_length);
    return;
  }
}

Result<void> read_outputs(const onnx::GraphProto& graph, ModelInfo& info) {
  for (const auto& output : graph.output()) {
    if (const auto size = model::row_size(output)) info.output_sizes[output.name()] = *size;
    if (info.outputs.certainties.empty()) {
      info.outputs.certainties = output.name();
    } else if (output.name() == "none") {
      info.outputs.none = output.name();
    } else if (output.name() == "novelty" ||
               (graph.output_size() == 2 && model::row_size(output) == 1)) {
      info.outputs.novelty = output.name();
    }
  }
  const auto is_row = [&](const std::string& name, std::size_t size) {
    const auto found = info.output_sizes.find(name);
    return found != info.output_sizes.end() && found->second == size;
  };
  const std::size_t n_labels = info.labels.size();
  if (n_labels > 0 && !is_row(info.outputs.certainties, n_labels)) {
    return bad_model(fmt::format(
        "its first output must be float [N, {}], the certainties of its labels", n_labels));
  }
  for (const std::string& name : {info.outputs.novelty, info.outputs.none}) {
    if (name.empty() || is_row(name, 1)) continue;
    return bad_model(fmt::format("its output {} must be float [N, 1]", name));
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

// Runs the graph once.
Result<void> check_runs(std::span<const std::byte> onnx, const onnx::GraphProto& graph,
                        const ModelInfo& info) {
  std::vector<std::string> names;
  for (const auto& output : graph.output()) names.push_back(output.name());
  try {
    model::Network network(onnx, info, names);
    const auto outputs = network.run_on_zeros();
    for (int i = 0; i < graph.output_size(); ++i) {
      const auto size = model::row_size(graph.output(i));
      if (size && outputs[static_cast<std::size_t>(i)].size() != *size) {
        return bad_model(fmt::format("its output {} does not have the shape that it declares",
                                     graph.output(i).name()));
      }
    }
    if (info.labels.empty()) return {};
    std::vector<float> certainties(info.labels.size());
    model::activate(info.activation, outputs[0], certainties);
    double sum = 0;
    bool valid = true;
    for (const float certainty : certainties) {
      valid &= certainty >= 0 && certainty <= 1;
      sum += certainty;
    }
    if (!valid || (info.activation != Activation::kSigmoid && std::fabs(sum - 1) > 1e-3)) {
      return bad_model(fmt::format(
          "its outputs are not certainties from 0 to 1 with sum 1; end the graph with a softmax, "
          "or set its metadata {} to softmax, or to sigmoid for labels that are independent",
          metadata_key::kActivation));
    }
  } catch (const cv::Exception& error) {
    return bad_model(
        fmt::format("OpenCV cannot run its graph: {}{}", known_limitation(graph), error.err));
  }
  return {};
}

struct Loaded {
  ModelInfo info;
  model::Networks networks;
};

Result<Loaded> load_as(Purpose purpose, std::span<const std::byte> onnx,
                       const FindNetwork& find_network) {
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
      proto.graph().node().empty() || proto.graph().output().empty()) {
    return bad_model("it is not an ONNX file");
  }
  Loaded loaded;
  auto info = model::read_metadata(proto, purpose);
  if (!info) return tl::make_unexpected(info.error());
  loaded.info = *std::move(info);
  // A damaged end does not look like a checksum any more.
  if (checksum == model::Checksum::kNone &&
      loaded.info.metadata.contains(metadata_key::kChecksum)) {
    return bad_model(
        fmt::format("its metadata {} says that the file ends with a checksum, but it does not: the "
                    "file is damaged, or a program has changed it without writing the checksum "
                    "again",
                    metadata_key::kChecksum));
  }
  auto inputs =
      model::read_inputs(proto.graph(), loaded.info.metadata, find_network, loaded.networks);
  if (!inputs) return tl::make_unexpected(inputs.error());
  loaded.info.inputs = *std::move(inputs);
  if (purpose == Purpose::kNetwork && !loaded.networks.empty()) {
    return bad_model("a network for another model cannot need a network itself");
  }
  set_default_window(loaded.info);
  if (auto read = read_outputs(proto.graph(), loaded.info); !read) {
    return tl::make_unexpected(read.error());
  }
  if (!model::tensors_are_whole(proto.graph())) {
    return bad_model(
        "it has a tensor of a type that OpenCV does not read, or with more or fewer values than "
        "its dimensions declare");
  }
  return check_runs(onnx, proto.graph(), loaded.info).map([&] { return std::move(loaded); });
}

}  // namespace

const FeaturesInput* ModelInfo::features() const {
  for (const ModelInput& input : inputs) {
    if (const auto* features = std::get_if<FeaturesInput>(&input.source)) return features;
  }
  return nullptr;
}

FeatureSet ModelInfo::shown_features() const {
  const FeaturesInput* input = features();
  return input ? input->feature_set : FeatureSet::kGtzan26;
}

const FeaturesInput* ModelInfo::only_features() const {
  return inputs.size() == 1 ? features() : nullptr;
}

int ModelInfo::sample_rate() const {
  for (const ModelInput& input : inputs) {
    if (std::holds_alternative<FeaturesInput>(input.source)) return kSampleRate;
    if (const auto* patch = std::get_if<PatchInput>(&input.source)) return patch->frontend.sr;
  }
  return kSampleRate;  // only networks, which have their own rates
}

Result<std::shared_ptr<const Model>> Model::load(std::span<const std::byte> onnx,
                                                 const FindNetwork& find_network) {
  auto loaded = load_as(Purpose::kPrediction, onnx, find_network);
  if (!loaded) return tl::make_unexpected(std::move(loaded.error()));
  std::shared_ptr<Model> model(new Model);
  model->info_ = std::move(loaded->info);
  model->networks_ = std::move(loaded->networks);
  model->onnx_.assign(onnx.begin(), onnx.end());
  return model;
}

Result<std::shared_ptr<const Model>> Model::load_network(std::span<const std::byte> onnx) {
  auto loaded = load_as(Purpose::kNetwork, onnx, {});
  if (!loaded) return tl::make_unexpected(std::move(loaded.error()));
  std::shared_ptr<Model> model(new Model);
  model->info_ = std::move(loaded->info);
  model->onnx_.assign(onnx.begin(), onnx.end());
  return model;
}

Result<std::shared_ptr<const Model>> Model::with_tagger(const Model& model,
                                                        std::shared_ptr<const Model> network) {
  const ModelInfo& info = network->info();
  if (info.labels.empty() || info.activation != Activation::kSigmoid || info.inputs.size() != 1) {
    return bad_model(fmt::format(
        "the network {} hears no tags: expected one input, labels, and the activation sigmoid",
        info.name));
  }
  std::shared_ptr<Model> tagged(new Model(model));
  tagged->tagger_ = std::move(network);
  return tagged;
}

}  // namespace genre
