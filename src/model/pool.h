// Computes the certainties of a file from those of its windows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace genre::model {

// The windows of a file are correlated, so n windows count as m = n / (1 + (n - 1) correlation)
// independent ones. The certainties of the file are the softmax of m times the mean logarithm of
// the windows' certainties. Without a correlation they are the mean of the windows' certainties.
// For one window, both are the certainties of the window.
class CertaintyPool {
 public:
  CertaintyPool(std::size_t n_labels, std::optional<double> correlation);

  void add(std::span<const float> window);  // [n_labels]

  [[nodiscard]] std::size_t n_windows() const { return n_windows_; }
  [[nodiscard]] std::vector<float> certainties() const;  // [n_labels]; needs at least one window

 private:
  std::optional<double> correlation_;
  std::vector<double> sums_;  // of the windows' certainties, or of their logarithms
  std::size_t n_windows_ = 0;
};

}  // namespace genre::model
