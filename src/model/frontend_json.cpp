#include "model/frontend_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genre::model {
namespace {

using nlohmann::json;

// The names of an enum's values.
template <typename Enum>
using Names = std::vector<std::pair<Enum, std::string_view>>;

template <typename Enum>
const Names<Enum>& names();

// Those that have a to_string.
template <typename Enum>
Names<Enum> named(std::initializer_list<Enum> values) {
  Names<Enum> list;
  for (const Enum value : values) list.emplace_back(value, to_string(value));
  return list;
}

template <>
const Names<Window>& names() {
  static const auto kNames =
      named({Window::kHann, Window::kHamming, Window::kBlackman, Window::kOnes});
  return kNames;
}
template <>
const Names<PadMode>& names() {
  static const auto kNames =
      named({PadMode::kConstant, PadMode::kReflect, PadMode::kEdge, PadMode::kSymmetric});
  return kNames;
}
template <>
const Names<ZeroPadding>& names() {
  static const Names<ZeroPadding> kNames = {{ZeroPadding::kBothSides, "both_sides"},
                                            {ZeroPadding::kRight, "right"}};
  return kNames;
}
template <>
const Names<MelScale>& names() {
  static const Names<MelScale> kNames = {{MelScale::kSlaney, "slaney"}, {MelScale::kHtk, "htk"}};
  return kNames;
}
template <>
const Names<MelSlopes>& names() {
  static const Names<MelSlopes> kNames = {{MelSlopes::kHz, "hz"}, {MelSlopes::kMel, "mel"}};
  return kNames;
}
template <>
const Names<MelNorm>& names() {
  static const Names<MelNorm> kNames = {{MelNorm::kNone, "none"}, {MelNorm::kSlaney, "slaney"}};
  return kNames;
}
template <>
const Names<Compression>& names() {
  static const Names<Compression> kNames = {{Compression::kNone, "none"},
                                            {Compression::kPowerToDb, "power_to_db"},
                                            {Compression::kLog, "log"},
                                            {Compression::kLog10, "log10"}};
  return kNames;
}

// A value as JSON and back. The second returns what is expected if the JSON does not fit.
json write(double value) { return value; }
json write(int value) { return value; }
json write(std::size_t value) { return value; }
json write(bool value) { return value; }
json write(const std::optional<double>& value) { return value ? json(*value) : json(); }
template <typename Enum>
json write(Enum value) {
  for (const auto& [which, name] : names<Enum>()) {
    if (which == value) return name;
  }
  return nullptr;
}

using Expected = std::string;  // empty: the value was read

Expected read(const json& from, double& value) {
  if (!from.is_number()) return "a number";
  value = from;
  return {};
}
template <typename Integer>
Expected read_integer(const json& from, Integer& value) {
  constexpr std::int64_t kMost = 1'000'000'000;  // validate knows the exact limits
  if (!from.is_number_integer() || from < 0 || from > kMost) return "an integer, 0 or more";
  value = from.get<Integer>();
  return {};
}
Expected read(const json& from, int& value) { return read_integer(from, value); }
Expected read(const json& from, std::size_t& value) { return read_integer(from, value); }
Expected read(const json& from, bool& value) {
  if (!from.is_boolean()) return "true or false";
  value = from;
  return {};
}
Expected read(const json& from, std::optional<double>& value) {
  if (!from.is_null() && !from.is_number()) return "a number or null";
  value = from.is_null() ? std::nullopt : std::optional(from.get<double>());
  return {};
}
template <typename Enum>
Expected read(const json& from, Enum& value) {
  std::vector<std::string_view> known;
  for (const auto& [which, name] : names<Enum>()) {
    known.push_back(name);
    if (from == name || (name == "none" && from.is_null())) {
      value = which;
      return {};
    }
  }
  return fmt::format("one of {}", fmt::join(known, ", "));
}

// Calls f(name, field) for each field.
template <typename Parameters, typename F>
void for_each_field(Parameters& p, F&& f) {
  f("sr", p.sr);
  f("pre_emphasis", p.pre_emphasis);
  f("n_fft", p.n_fft);
  f("win_length", p.win_length);
  f("hop_length", p.hop_length);
  f("window", p.window);
  f("periodic", p.periodic);
  f("zero_padding", p.zero_padding);
  f("center", p.center);
  f("pad_mode", p.pad_mode);
  f("power", p.power);
  f("n_mels", p.n_mels);
  f("fmin", p.fmin);
  f("fmax", p.fmax);
  f("mel_scale", p.mel_scale);
  f("mel_slopes", p.mel_slopes);
  f("norm", p.norm);
  f("compression", p.compression);
  f("ref", p.ref);
  f("amin", p.amin);
  f("top_db", p.top_db);
  f("offset", p.offset);
  f("gain", p.gain);
  f("mean", p.mean);
  f("std", p.std);
  f("patch_frames", p.patch_frames);
  f("patch_hop_frames", p.patch_hop_frames);
}

std::string field_names() {
  std::vector<std::string_view> list;
  const FrontendParameters parameters;
  for_each_field(parameters, [&](const char* name, const auto&) { list.emplace_back(name); });
  return fmt::format("{}", fmt::join(list, ", "));
}

std::string builtin_names() {
  std::vector<std::string_view> list;
  for (const NamedFrontend& frontend : builtin_frontends()) list.push_back(frontend.name);
  return fmt::format("{}", fmt::join(list, ", "));
}

}  // namespace

Result<FrontendParameters> parse_frontend(const json& json) {
  if (json.is_string()) {
    const auto name = json.get<std::string>();
    if (const NamedFrontend* found = find_frontend(name)) return found->parameters;
    return fail(ErrorCode::kBadParameter,
                fmt::format("there is no front end \"{}\"; the built-in ones are {}", name,
                            builtin_names()));
  }
  if (!json.is_object()) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("a front end is the name of a built-in one ({}) or a JSON object with "
                            "its parameters",
                            builtin_names()));
  }
  FrontendParameters parameters;
  auto unread = json;
  std::string problem;
  for_each_field(parameters, [&](const char* name, auto& field) {
    const auto found = json.find(name);
    if (found == json.end()) return;
    unread.erase(name);
    const Expected expected = read(*found, field);
    if (!expected.empty() && problem.empty()) {
      problem = fmt::format("the front end's {} must be {}", name, expected);
    }
  });
  if (problem.empty() && !unread.empty()) {
    problem = fmt::format("a front end has no parameter \"{}\"; it has {}", unread.begin().key(),
                          field_names());
  }
  if (!problem.empty()) return fail(ErrorCode::kBadParameter, problem);
  return validate(parameters).map([&] { return parameters; });
}

json to_json(const FrontendParameters& parameters) {
  for (const NamedFrontend& builtin : builtin_frontends()) {
    FrontendParameters same_patch = builtin.parameters;
    same_patch.patch_frames = parameters.patch_frames;
    same_patch.patch_hop_frames = parameters.patch_hop_frames;
    if (same_patch == parameters) return builtin.name;
  }
  const auto fields = [](const FrontendParameters& p) {
    json object = json::object();
    for_each_field(p, [&](const char* name, const auto& field) { object[name] = write(field); });
    return object;
  };
  json object = fields(parameters);
  const json defaults = fields({});
  for (const auto& [name, value] : defaults.items()) {
    if (object[name] == value) object.erase(name);
  }
  return object;
}

}  // namespace genre::model
