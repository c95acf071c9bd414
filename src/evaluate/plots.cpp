#include "evaluate/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "evaluate/unit_square.h"

namespace genre::evaluate {
namespace {

struct Point {
  double step, train_loss, validation_loss, validation_accuracy;
};

// Empty if the curve is invalid: it comes from the metadata of a model, which anyone can write.
std::vector<Point> points_of(const nlohmann::json& curve) {
  std::vector<Point> points;
  try {
    for (const auto& point : curve.at("points")) {
      points.push_back({point.at(0), point.at(1), point.at(2), point.at(3)});
    }
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return points;
}

// A plot of values from 0 to `most` over steps.
class Axes {
 public:
  Axes(const std::vector<Point>& points, double most, const std::string& title,
       const std::string& step)
      : first_(points.front().step), last_(points.back().step), most_(most) {
    svg_ = fmt::format(
        "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" role=\"img\" aria-label=\"{2}\">\n"
        "<text x=\"{3}\" y=\"18\">{2}</text>\n",
        kWidth + 2 * kMargin, kHeight + 2 * kMargin, title, kMargin);
    for (const double value : {0.0, most / 2, most}) {
      svg_ += fmt::format(
          "<line class=\"axis\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>"
          "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{:.3g}</text>\n",
          kMargin, y(value), kMargin + kWidth, y(value), kMargin - 6, y(value) + 4, value);
    }
    svg_ += fmt::format(
        "<text x=\"{}\" y=\"{}\">{:.0f}</text><text x=\"{}\" y=\"{}\" "
        "text-anchor=\"end\">{:.0f}</text><text x=\"{}\" y=\"{}\" "
        "text-anchor=\"middle\">{}</text>\n",
        kMargin, y(0) + 18, first_, kMargin + kWidth, y(0) + 18, last_, kMargin + kWidth / 2,
        y(0) + 36, base::html_escaped(step));
  }

  void draw(const std::vector<Point>& points, double Point::*value, const char* style,
            const char* name) {
    svg_ += fmt::format("<polyline class=\"{}\" points=\"", style);
    for (const Point& point : points) {
      svg_ += fmt::format("{:.1f},{:.1f} ", x(point.step), y(point.*value));
    }
    svg_ += fmt::format("\"><title>{}</title></polyline>\n", name);
  }

  [[nodiscard]] std::string svg() const { return svg_ + "</svg>\n"; }

 private:
  static constexpr double kWidth = 360, kHeight = 200, kMargin = 44;

  [[nodiscard]] double x(double step) const {
    return kMargin + kWidth * (last_ > first_ ? (step - first_) / (last_ - first_) : 0.5);
  }
  [[nodiscard]] double y(double value) const {
    return kMargin + kHeight * (1 - std::clamp(value / most_, 0.0, 1.0));
  }

  double first_, last_, most_;
  std::string svg_;
};

}  // namespace

// One dot per bin; its size is the share of the clips in the bin.
std::string reliability_plot(const Metrics& metrics) {
  UnitSquare plot("Reliability diagram: accuracy by certainty", "certainty", "accuracy");
  plot.add_diagonal(/*rising=*/true);
  for (const ReliabilityBin& bin : metrics.reliability) {
    if (bin.n_clips == 0) continue;
    const double share = static_cast<double>(bin.n_clips) / static_cast<double>(metrics.n_clips);
    plot.add(fmt::format(
        "<circle class=\"dots\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"><title>{} clips: "
        "certainty {:.0f} %, accuracy {:.0f} %</title></circle>\n",
        UnitSquare::x(bin.certainty), UnitSquare::y(bin.accuracy), 3 + 25 * share, bin.n_clips,
        100 * bin.certainty, 100 * bin.accuracy));
  }
  return plot.svg();
}

std::string learning_curve_plot(const nlohmann::json& curve) {
  const std::vector<Point> points = points_of(curve);
  const std::string step = curve.is_object() ? curve.value("step", "") : "";
  if (points.empty() || step.empty()) return "";
  double most = 0;
  for (const Point& point : points) {
    most = std::max({most, point.train_loss, point.validation_loss});
  }
  Axes losses(points, std::max(most, 1e-3), "loss: training dotted, validation solid", step);
  losses.draw(points, &Point::train_loss, "train", "training loss");
  losses.draw(points, &Point::validation_loss, "validation", "validation loss");
  Axes accuracy(points, 1, "validation accuracy", step);
  accuracy.draw(points, &Point::validation_accuracy, "validation", "validation accuracy");
  return "<div class=\"plots\">\n" + losses.svg() + accuracy.svg() + "</div>\n";
}

}  // namespace genre::evaluate
