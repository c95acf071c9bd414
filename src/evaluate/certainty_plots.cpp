#include <fmt/format.h>

#include <string>
#include <string_view>

#include "evaluate/plots.h"
#include "evaluate/unit_square.h"

namespace genre::evaluate {
namespace {

constexpr std::size_t kMostPoints = 300;  // more would not be visible

template <class X, class Y>
std::string line(const CertaintyCurve& curve, std::string_view start, X x, Y y) {
  std::string svg = fmt::format("<polyline points=\"{} ", start);
  const std::size_t step = curve.points.size() / kMostPoints + 1;
  for (std::size_t i = 0; i < curve.points.size(); i += step) {
    // The last point belongs to the curve whatever the step is.
    const auto& point = curve.points[i + step >= curve.points.size() ? curve.points.size() - 1 : i];
    svg += fmt::format("{:.1f},{:.1f} ", UnitSquare::x(x(point)), UnitSquare::y(y(point)));
  }
  return svg + "\"/>\n";
}

// The predictions that a model calls confident.
std::string dot(double x, double y, std::string_view title) {
  return fmt::format(
      "<circle class=\"dots\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\"><title>{}</title></circle>\n",
      UnitSquare::x(x), UnitSquare::y(y), title);
}

}  // namespace

std::string certainty_plots(const CertaintyCurve& curve,
                            const std::optional<ConfidentMetrics>& confidence, double accuracy) {
  UnitSquare roc("ROC curve of the certainty", "share of the wrong predictions",
                 fmt::format("ROC: share of the right predictions, area {:.3f}", curve.auc));
  roc.add_diagonal(/*rising=*/true);
  roc.add(line(
      curve, fmt::format("{:.1f},{:.1f}", UnitSquare::x(0), UnitSquare::y(0)),
      [](const auto& point) { return point.false_positive_rate; },
      [](const auto& point) { return point.recall; }));
  UnitSquare precision(
      "Precision-recall curve of the certainty", "recall: share of the right predictions",
      fmt::format("precision: share that is right, average {:.3f}", curve.average_precision));
  precision.add(line(
      curve, "", [](const auto& point) { return point.recall; },
      [](const auto& point) { return point.precision; }));
  if (confidence && confidence->tracks.confident > 0 && accuracy > 0 && accuracy < 1) {
    const auto& tracks = confidence->tracks;
    const auto all = static_cast<double>(tracks.all);
    const auto right = static_cast<double>(tracks.correct);
    const auto wrong = static_cast<double>(tracks.confident - tracks.correct);
    const double recall = right / (accuracy * all);
    roc.add(dot(wrong / ((1 - accuracy) * all), recall, "confident"));
    precision.add(dot(recall, tracks.accuracy(), "confident"));
  }
  return "<div class=\"plots\">\n" + roc.svg() + precision.svg() + "</div>\n";
}

}  // namespace genre::evaluate
