// A file's certainties from those of its windows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace genre::model {

// Windows of one file resemble each other, so n of them are worth n / (1 + (n - 1) correlation)
// independent ones: the file's certainties are the softmax of so many times the mean logarithm of
// the windows'. Without a correlation they are the windows' mean. Of one window both are its own.
class CertaintyPool {
 public:
  CertaintyPool(std::size_t n_labels, std::optional<double> correlation);

  void add(std::span<const float> window);  // [n_labels]

  [[nodiscard]] std::size_t n_windows() const { return n_windows_; }
  [[nodiscard]] std::vector<float> certainties() const;  // [n_labels]; of at least one window

 private:
  std::optional<double> correlation_;
  std::vector<double> sums_;  // of the windows' certainties, or of their logarithms
  std::size_t n_windows_ = 0;
};

}  // namespace genre::model
