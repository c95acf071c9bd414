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

constexpr std::string_view kNames = "top, segments, features, hop, strict and stream";

// Nothing if there is no parameter with this name.
std::optional<tl::expected<void, std::string>> apply(PredictQuery& query, std::string_view name,
                                                     std::string_view value) {
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
  } else if (name == "strict") {
    query.strict = parse_bool(value);
    if (!query.strict) return Wrong("The parameter strict must be true, false, 1 or 0.");
  } else if (name == "stream") {
    const auto track = parse_number<unsigned>(value);
    if (!track || *track == 0) return Wrong("The parameter stream must be an integer, 1 or more.");
    query.track = *track;
  } else if (name != kModelParameter) {  // the model was chosen before (choose_model)
    return std::nullopt;
  }
  return tl::expected<void, std::string>();
}

}  // namespace

tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query) {
  PredictQuery result;
  while (const auto parameter = next_parameter(query)) {
    const auto& [name, value] = *parameter;
    if (!name || !value) {
      return Wrong("In the query, every % must be followed by two hexadecimal digits.");
    }
    auto applied = apply(result, *name, *value);
    if (!applied) {
      return Wrong(
          fmt::format("Unknown parameter {}. The parameters are model, {}.", *name, kNames));
    }
    if (!*applied) return tl::make_unexpected(std::move(applied->error()));
  }
  return result;
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
      return Wrong("In the query, every % must be followed by two hexadecimal digits.");
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

std::optional<std::string> find_parameter(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (auto parameter = next_parameter(query)) {
    if (parameter->name == name && parameter->value) found = std::move(parameter->value);
  }
  return found;
}

}  // namespace genre::server
