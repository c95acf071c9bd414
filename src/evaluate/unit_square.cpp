#include "evaluate/unit_square.h"

#include <fmt/format.h>

namespace genre::evaluate {
namespace {

constexpr double kSide = 320, kMargin = 56;  // space for the labels of the axes and half a dot

}  // namespace

UnitSquare::UnitSquare(std::string_view description, std::string_view x_name,
                       std::string_view y_name)
    : svg_(fmt::format("<svg viewBox=\"0 0 {0} {0}\" width=\"{0}\" role=\"img\" "
                       "aria-label=\"{1}\">\n",
                       kSide + 2 * kMargin, description)) {
  for (const double share : {0.0, 0.5, 1.0}) {
    svg_ += fmt::format(
        "<line class=\"axis\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{:.0f} %</text>"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{:.0f} %</text>\n",
        x(0), y(share), x(1), y(share), x(0) - 6, y(share) + 4, 100 * share, x(share), y(0) + 20,
        100 * share);
  }
  svg_ += fmt::format(
      "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n<text x=\"{}\" "
      "y=\"{}\">{}</text>\n",
      x(0.5), y(0) + 40, x_name, x(0), y(1) - 14, y_name);
}

void UnitSquare::add_diagonal(bool rising) {
  svg_ += fmt::format("<line class=\"even\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", x(0),
                      y(rising ? 0 : 1), x(1), y(rising ? 1 : 0));
}

double UnitSquare::x(double share) { return kMargin + kSide * share; }
double UnitSquare::y(double share) { return kMargin - 20 + kSide * (1 - share); }

}  // namespace genre::evaluate
