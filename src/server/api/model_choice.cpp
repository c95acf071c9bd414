#include "server/api/model_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "http/target.h"
#include "server/api/query.h"

namespace genre::server {
std::optional<std::size_t> find_model(std::string_view name, std::span<const std::string> names) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

http::Problem unknown_model(std::string_view name, std::span<const std::string> names) {
  return {
      404, "not_found",
      fmt::format("There is no model \"{}\". The models are: {}.", name, fmt::join(names, ", "))};
}

std::optional<std::string_view> part_in_path(std::string_view route, std::string_view path) {
  const auto start = route.find('{');
  if (start == std::string_view::npos) return std::nullopt;
  const auto prefix = route.substr(0, start);
  const auto suffix = route.substr(route.find('}') + 1);
  if (path.size() <= prefix.size() + suffix.size() || !path.starts_with(prefix) ||
      !path.ends_with(suffix)) {
    return std::nullopt;
  }
  const auto part = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
  if (part.find('/') != std::string_view::npos) return std::nullopt;
  return part;
}

bool matches(std::string_view route, std::string_view path) {
  return route == path || part_in_path(route, path);
}

tl::expected<ModelChoice, http::Problem> choose_model(std::string_view route,
                                                      std::string_view target,
                                                      std::span<const std::string> names,
                                                      bool list_names) {
  const auto in_path = part_in_path(route, http::path_of(target));
  std::optional<std::string> in_query;
  if (!in_path) {
    auto found = find_parameter(http::query_of(target), kModelParameter);
    if (!found) {
      return tl::make_unexpected(http::Problem{400, "bad_parameter", std::move(found.error())});
    }
    in_query = *std::move(found);
  }
  if (!in_path && !in_query) return ModelChoice{0, names.front()};
  const std::string_view name = in_path ? *in_path : *in_query;
  if (const auto index = find_model(name, names)) return ModelChoice{*index, names[*index]};
  if (in_path && name == kDefaultModelAlias) return ModelChoice{0, kDefaultModelAlias};
  if (list_names) return tl::make_unexpected(unknown_model(name, names));
  return tl::make_unexpected(
      http::Problem{404, "not_found", fmt::format("There is no model \"{}\".", name)});
}

}  // namespace genre::server
