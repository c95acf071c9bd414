#include "model/activation.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace genre::model {
namespace {

void softmax(std::span<const float> logits, std::span<float> certainties) {
  const double max = std::ranges::max(logits);
  std::vector<double> powers;
  double sum = 0;
  for (const float logit : logits) {
    powers.push_back(std::exp(logit - max));  // at most 1: no overflow
    sum += powers.back();
  }
  std::ranges::transform(powers, certainties.begin(),
                         [&](double power) { return static_cast<float>(power / sum); });
}

}  // namespace

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

void activate(Activation activation, std::span<const float> values, std::span<float> certainties) {
  switch (activation) {
    case Activation::kNone:
      std::ranges::copy(values, certainties.begin());
      return;
    case Activation::kSoftmax:
      softmax(values, certainties);
      return;
    case Activation::kSigmoid:
      std::ranges::transform(values, certainties.begin(),
                             [](float value) { return static_cast<float>(sigmoid(value)); });
  }
}

}  // namespace genre::model
