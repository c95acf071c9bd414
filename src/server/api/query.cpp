#include "server/api/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "base/percent.h"

namespace genre::server {
namespace {

using Wrong = tl::unexpected<std::string>;

constexpr double kMinHop = 0.1;   // s
constexpr double kMaxHop = 3600;  // s

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

tl::expected<void, std::string> apply(PredictQuery& query, std::string_view name,
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
  } else if (name == "stream") {
    const auto track = parse_number<unsigned>(value);
    if (!track || *track == 0) return Wrong("The parameter stream must be an integer, 1 or more.");
    query.track = *track;
  } else {
    return Wrong(fmt::format(
        "Unknown parameter {}. The parameters are top, segments, features, hop and stream.", name));
  }
  return {};
}

}  // namespace

tl::expected<PredictQuery, std::string> parse_predict_query(std::string_view query) {
  PredictQuery result;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals));
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) {
      return Wrong("In the query, every % must be followed by two hexadecimal digits.");
    }
    if (auto applied = apply(result, *name, *value); !applied) {
      return tl::make_unexpected(std::move(applied.error()));
    }
  }
  return result;
}

}  // namespace genre::server
