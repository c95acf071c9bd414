#include "librosa/error_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace genre::test {
namespace {

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

ErrorTable::ErrorTable(std::span<const double, kGtzan26Size> scale) {
  std::ranges::copy(scale, scale_.begin());
}

double ErrorTable::add(std::span<const float, kGtzan26Size> ours,
                       std::span<const double, kGtzan26Size> librosa, const std::string& clip) {
  double greatest = 0;
  for (std::size_t i = 0; i < kGtzan26Size; ++i) {
    double error = std::fabs(ours[i] - librosa[i]) / scale_[i];
    if (!std::isfinite(ours[i])) error = INFINITY;
    Column& column = columns_[i];
    column.errors.push_back(error);
    if (error >= column.worst) {
      column.worst = error;
      column.worst_clip = clip;
    }
    greatest = std::max(greatest, error);
  }
  return greatest;
}

std::string ErrorTable::to_markdown() const {
  std::string table = "| feature | worst error | on | median error |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < kGtzan26Size; ++i) {
    table += fmt::format("| {} | {:.1e} | {} | {:.1e} |\n", kGtzan26Names[i], columns_[i].worst,
                         columns_[i].worst_clip, median_of(columns_[i].errors));
  }
  return table;
}

double ErrorTable::worst(std::size_t feature) const { return columns_[feature].worst; }

double ErrorTable::median() const {
  std::vector<double> all;
  for (const Column& column : columns_) {
    all.insert(all.end(), column.errors.begin(), column.errors.end());
  }
  return median_of(std::move(all));
}

}  // namespace genre::test
