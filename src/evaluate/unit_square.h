// A plot as SVG whose two axes are shares from 0 to 1.
#pragma once

#include <string>
#include <string_view>

namespace genre::evaluate {

class UnitSquare {
 public:
  // description: read by screen readers. x_name: below the axis. y_name: above the plot.
  UnitSquare(std::string_view description, std::string_view x_name, std::string_view y_name);

  // Adds an SVG element of the caller's own.
  void add(const std::string& element) { svg_ += element; }
  void add_diagonal(bool rising);

  // Positions in the SVG.
  [[nodiscard]] static double x(double share);
  [[nodiscard]] static double y(double share);

  [[nodiscard]] std::string svg() const { return svg_ + "</svg>\n"; }

 private:
  std::string svg_;
};

}  // namespace genre::evaluate
