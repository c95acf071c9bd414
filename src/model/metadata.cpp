#include "model/metadata.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"
#include "model/bad_model.h"

namespace genre::model {
namespace {

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

// {"window", "hop"} in seconds.
Result<void> parse_window(ModelInfo& info) {
  const auto found = info.metadata.find(metadata_key::kWindow);
  if (found == info.metadata.end()) return {};
  const auto json = nlohmann::json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  constexpr double kLeast = 0.1, kMost = 7200;  // s
  const auto seconds = [&](const char* key, double& value) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_number()) return false;
    value = json[key];
    return value >= kLeast && value <= kMost;
  };
  if (seconds("window", info.window) && seconds("hop", info.hop)) return {};
  return bad_model(fmt::format(
      "its metadata {} must be a JSON object with window and hop, each {} to {} seconds",
      metadata_key::kWindow, kLeast, kMost));
}

Result<void> parse_activation(ModelInfo& info) {
  const auto found = info.metadata.find(metadata_key::kActivation);
  if (found == info.metadata.end()) return {};
  if (found->second != "softmax" && found->second != "sigmoid") {
    return bad_model(fmt::format("its metadata {} is \"{}\"; it must be softmax or sigmoid",
                                 metadata_key::kActivation, found->second));
  }
  info.activation = found->second == "softmax" ? Activation::kSoftmax : Activation::kSigmoid;
  return {};
}

// The keys that every model has. Those of the inputs may have the short form.
Result<void> check_keys(const std::map<std::string, std::string>& metadata, Purpose purpose) {
  std::vector<std::string> needed = {metadata_key::kName};
  if (!metadata.contains(metadata_key::kInputs)) {
    needed.insert(needed.end(), {metadata_key::kFeatureSet, metadata_key::kPadMode});
  }
  if (purpose == Purpose::kPrediction) needed.emplace_back(metadata_key::kLabels);
  std::erase_if(needed, [&](const std::string& key) { return metadata.contains(key); });
  if (needed.empty()) return {};
  const bool none = !metadata.contains(metadata_key::kName);
  return bad_model(
      fmt::format("its ONNX metadata_props have no {}{}", fmt::join(needed, ", "),
                  none ? "; genre model adopt writes them into the file of another program" : ""));
}

}  // namespace

Result<ModelInfo> read_metadata(const onnx::ModelProto& proto, Purpose purpose) {
  ModelInfo info;
  for (const auto& entry : proto.metadata_props()) info.metadata[entry.key()] = entry.value();
  if (auto checked = check_keys(info.metadata, purpose); !checked) {
    return tl::make_unexpected(checked.error());
  }
  info.name = info.metadata[metadata_key::kName];
  if (auto checked = check_name(metadata_key::kName, info.name); !checked) {
    return tl::make_unexpected(checked.error());
  }
  if (info.metadata.contains(metadata_key::kLabels)) {
    auto labels = parse_labels(info.metadata[metadata_key::kLabels]);
    if (!labels) return tl::make_unexpected(labels.error());
    info.labels = *std::move(labels);
  }
  for (auto* parse : {&parse_window, &parse_activation}) {
    if (auto parsed = parse(info); !parsed) return tl::make_unexpected(parsed.error());
  }
  const auto correlation = parse_window_correlation(info.metadata);
  if (!correlation) return tl::make_unexpected(correlation.error());
  info.window_correlation = *correlation;
  const auto confident = parse_confident(info.metadata);
  if (!confident) return tl::make_unexpected(confident.error());
  info.confident = *confident;
  return info;
}

}  // namespace genre::model
