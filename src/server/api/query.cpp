#include "server/api/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/percent.h"
#include "server/api/live_query.h"
#include "server/api/model_choice.h"

namespace genre::server {
namespace {

using Wrong = tl::unexpected<std::string>;
using Applied = tl::expected<void, std::string>;

constexpr double kMinHop = 0.1;                     // s
constexpr double kMaxHop = 3600;                    // s
constexpr int kMinRate = 1000, kMaxRate = 768'000;  // Hz
constexpr int kMaxChannels = 64, kMaxSummary = 1'000'000;

// Nothing unless the whole text is a number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

// HTML forms encode a space as a plus sign.
std::optional<std::string> decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return base::percent_decode(spaced);
}

struct Parameter {
  std::optional<std::string> name, value;  // nothing if not encoded correctly
};

// Removes the first parameter from the query. Nothing at its end.
std::optional<Parameter> next_parameter(std::string_view& query) {
  query.remove_prefix(std::min(query.find_first_not_of('&'), query.size()));
  if (query.empty()) return std::nullopt;
  const auto pair = query.substr(0, query.find('&'));
  query.remove_prefix(pair.size());
  const auto equals = std::min(pair.find('='), pair.size());
  return Parameter{decode(pair.substr(0, equals)),
                   decode(pair.substr(std::min(equals + 1, pair.size())))};
}

constexpr std::string_view kNames =
    "top, segments, features, hop, excerpts, strict, stream and tags";

Applied apply_stream(unsigned& track, std::string_view value) {
  const auto number = parse_number<unsigned>(value);
  if (!number || *number == 0) return Wrong("The parameter stream must be an integer, 1 or more.");
  track = *number;
  return {};
}

// Nothing if there is no parameter with this name.
std::optional<Applied> apply(PredictQuery& query, std::string_view name, std::string_view value) {
  if (name == "top") {
    const auto top = parse_number<std::size_t>(value);
    if (!top || *top == 0) return Wrong("The parameter top must be an integer, 1 or more.");
    query.json.top = *top;
  } else if (name == "segments") {
    const auto on = parse_bool(value);
    if (!on) return Wrong("The parameter segments must be true, false, 1 or 0.");
    query.json.segments = *on;
  } else if (name == "features") {
    query.feature_set = parse_feature_set(value);
    const auto on = query.feature_set ? true : parse_bool(value);
    if (!on) {
      return Wrong(
          "The parameter features must be true, false, 1, 0, or a feature set: gtzan26 or "
          "texture.");
    }
    query.json.features = *on;
  } else if (name == "hop") {
    const auto hop = parse_number<double>(value);
    if (!hop || !(*hop >= kMinHop && *hop <= kMaxHop)) {
      return Wrong(fmt::format("The parameter hop must be a number of seconds from {} to {}.",
                               kMinHop, kMaxHop));
    }
    query.hop = *hop;
  } else if (name == "excerpts") {
    const auto excerpts = parse_number<std::size_t>(value);
    if (!excerpts || *excerpts == 0) {
      return Wrong("The parameter excerpts must be an integer, 1 or more.");
    }
    query.excerpts = *excerpts;
  } else if (name == "strict") {
    query.strict = parse_bool(value);
    if (!query.strict) return Wrong("The parameter strict must be true, false, 1 or 0.");
  } else if (name == "stream") {
    return apply_stream(query.track, value);
  } else if (name == "tags") {
    const auto n_tags = parse_number<std::size_t>(value);
    if (!n_tags || *n_tags == 0) return Wrong("The parameter tags must be an integer, 1 or more.");
    query.n_tags = *n_tags;
  } else if (name != kModelParameter) {  // the model was chosen before (choose_model)
    return std::nullopt;
  }
  return Applied();
}

std::optional<Applied> apply(PeaksQuery& query, std::string_view name, std::string_view value) {
  if (name == "stream") return apply_stream(query.track, value);
  if (name != "bins") return std::nullopt;
  const auto bins = parse_number<std::size_t>(value);
  if (!bins || *bins < PeaksQuery::kMinBins || *bins > PeaksQuery::kMaxBins) {
    return Wrong(fmt::format("The parameter bins must be an integer from {} to {}.",
                             PeaksQuery::kMinBins, PeaksQuery::kMaxBins));
  }
  query.bins = *bins;
  return Applied();
}

Wrong badly_encoded() {
  return Wrong("In the query, every % must be followed by two hexadecimal digits.");
}

bool is_original(std::string_view name) {
  return name == "strict" || name == "stream" || name == kModelParameter;
}

Wrong not_original(std::string_view name) {
  return Wrong(fmt::format(
      "POST /predict has no parameter {}, only model, strict and stream. POST /v1/predict has {}.",
      name, kNames));
}

// apply_one: applies a parameter, by its name and its value.
template <typename Query, typename Apply>
tl::expected<Query, std::string> parse(std::string_view query, Apply apply_one) {
  Query result;
  while (const auto parameter = next_parameter(query)) {
    const auto& [name, value] = *parameter;
    if (!name || !value) {
      return badly_encoded();
    }
    if (auto applied = apply_one(result, *name, *value); !applied) {
      return tl::make_unexpected(std::move(applied.error()));
    }
  }
  return result;
}

// names: of all parameters, for the error.
template <typename Query>
tl::expected<Query, std::string> parse_known(std::string_view query, std::string_view names) {
  return parse<Query>(query, [&](Query& result, auto name, auto value) {
    auto applied = apply(result, name, value);
    if (applied) return *std::move(applied);
    return Applied(Wrong(fmt::format("Unknown parameter {}. The parameters are {}.", name, names)));
  });
}

}  // namespace

tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query) {
  return parse_known<PredictQuery>(query, fmt::format("model, {}", kNames));
}

tl::expected<PeaksQuery, std::string> parse_peaks_query(std::string_view query) {
  return parse_known<PeaksQuery>(query, "bins and stream");
}

tl::expected<PredictQuery, std::string> parse_original_query(std::string_view query) {
  return parse<PredictQuery>(query, [](PredictQuery& result, auto name, auto value) {
    return is_original(name) ? *apply(result, name, value) : Applied(not_original(name));
  });
}

tl::expected<void, std::string> apply_form_field(PredictQuery& query, std::string_view name,
                                                 std::string_view value) {
  auto applied = apply(query, name, value);
  if (applied) return *std::move(applied);
  return Wrong(
      fmt::format("Unknown field {}. The fields of the form are file, model, {}.", name, kNames));
}

tl::expected<LiveQuery, std::string> parse_live_query(std::string_view query) {
  LiveQuery result;
  PredictQuery shared;
  PcmFormat pcm{.sample_rate = 44100};
  std::string format;
  // Sets a number from 1 to a maximum, unless the value is none.
  const auto set = [](auto& number, std::string_view value, int most) {
    const auto parsed = parse_number<int>(value);
    const bool valid = parsed && *parsed >= 1 && *parsed <= most;
    if (valid) number = static_cast<std::remove_reference_t<decltype(number)>>(*parsed);
    return valid;
  };
  while (const auto parameter = next_parameter(query)) {
    const auto& [name, value] = *parameter;
    if (!name || !value) {
      return badly_encoded();
    }
    if (*name == "format") {
      if (*value != "f32le" && *value != "s16le") {
        return Wrong("The parameter format must be f32le or s16le.");
      }
      format = *value;
    } else if (*name == "rate") {
      if (!set(pcm.sample_rate, *value, kMaxRate) || pcm.sample_rate < kMinRate) {
        return Wrong(fmt::format("The parameter rate must be an integer from {} to {}.", kMinRate,
                                 kMaxRate));
      }
    } else if (*name == "channels") {
      if (!set(pcm.channels, *value, kMaxChannels)) {
        return Wrong(
            fmt::format("The parameter channels must be an integer from 1 to {}.", kMaxChannels));
      }
    } else if (*name == "summary") {
      if (!set(result.summary, *value, kMaxSummary)) {
        return Wrong(
            fmt::format("The parameter summary must be an integer from 1 to {}.", kMaxSummary));
      }
    } else if (*name == "top" || *name == "hop") {
      if (auto applied = apply(shared, *name, *value); !*applied) {
        return tl::make_unexpected(std::move(applied->error()));
      }
    } else if (*name != kModelParameter) {
      return Wrong(
          fmt::format("Unknown parameter {}. The parameters are model, format, rate, channels, "
                      "summary, top and hop.",
                      *name));
    }
  }
  result.hop = shared.hop;
  result.json.top = shared.json.top;
  if (format.empty()) return result;
  pcm.encoding = format == "s16le" ? PcmFormat::Encoding::kInt16 : PcmFormat::Encoding::kFloat32;
  result.pcm = pcm;
  return result;
}

tl::expected<void, std::string> apply_original_field(PredictQuery& query, std::string_view name,
                                                     std::string_view value) {
  if (is_original(name)) return *apply(query, name, value);
  PredictQuery unused;
  if (apply(unused, name, value)) return not_original(name);
  return {};
}

tl::expected<std::optional<std::string>, std::string> find_parameter(std::string_view query,
                                                                     std::string_view name) {
  std::optional<std::string> found;
  while (auto parameter = next_parameter(query)) {
    if (!parameter->name || !parameter->value) return badly_encoded();
    if (parameter->name == name) found = std::move(parameter->value);
  }
  return found;
}

std::optional<std::string> find_other_than_model(std::string_view query) {
  while (auto parameter = next_parameter(query)) {
    if (parameter->name != kModelParameter) return std::move(parameter->name);
  }
  return std::nullopt;
}

}  // namespace genre::server
