#include "server/api/model_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "http/target.h"
#include "server/api/query.h"

namespace genre::server {
namespace {

// The part of the path at kModelInPath. Nothing if the route has no such part or does not match.
std::optional<std::string_view> name_in_path(std::string_view route, std::string_view path) {
  const auto start = route.find(kModelInPath);
  if (start == std::string_view::npos) return std::nullopt;
  const auto prefix = route.substr(0, start);
  const auto suffix = route.substr(start + kModelInPath.size());
  if (path.size() <= prefix.size() + suffix.size() || !path.starts_with(prefix) ||
      !path.ends_with(suffix)) {
    return std::nullopt;
  }
  const auto name = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
  if (name.find('/') != std::string_view::npos) return std::nullopt;
  return name;
}

}  // namespace

bool matches(std::string_view route, std::string_view path) {
  return route == path || name_in_path(route, path);
}

tl::expected<ModelChoice, http::Problem> choose_model(std::string_view route,
                                                      std::string_view target,
                                                      std::span<const std::string> names,
                                                      bool list_names) {
  const auto in_path = name_in_path(route, http::path_of(target));
  const auto in_query =
      in_path ? std::nullopt : find_parameter(http::query_of(target), kModelParameter);
  if (!in_path && !in_query) return ModelChoice{0, names.front()};
  const std::string_view name = in_path ? *in_path : *in_query;
  if (const auto found = std::ranges::find(names, name); found != names.end()) {
    return ModelChoice{static_cast<std::size_t>(found - names.begin()), *found};
  }
  if (in_path && name == kDefaultModelAlias) return ModelChoice{0, kDefaultModelAlias};
  return tl::make_unexpected(http::Problem{
      404, "not_found",
      fmt::format("There is no model \"{}\".{}", name,
                  list_names ? fmt::format(" The models are: {}.", fmt::join(names, ", ")) : "")});
}

}  // namespace genre::server
