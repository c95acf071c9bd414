// The units in which errors against librosa are counted.
#pragma once

#include <array>

#include "genre/features.h"

namespace genre::test {

inline constexpr double kTolerance = 1e-4;  // greatest error of any feature on any clip

// Standard deviation of each feature over the 1000 GTZAN clips (features_30_sec.csv).
inline constexpr std::array<double, kGtzan26Size> kGtzanStd = {
    0.081705,  0.065683,  715.9606,  526.316473, 1574.791602, 0.041821, 100.229406,
    31.330873, 21.690676, 16.664665, 12.22134,   11.839591,   9.94046,  10.46327,
    8.283921,  7.937309,  6.817013,  6.715787,   6.170181,    5.008385, 4.873599,
    4.578948,  4.549697,  3.869105,  3.755957,   3.837007};

}  // namespace genre::test
