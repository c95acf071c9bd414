#include "features/extremes.h"

#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/extremes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

// Inserts each row into the sorted values: at each place the one stays and the other moves on. All
// frames do the same, so there is no branch that a CPU could mispredict.
template <class Stays, class Moves>
void insert_rows(const FrameValues* HWY_RESTRICT rows, std::size_t n_rows,
                 FrameValues* HWY_RESTRICT sorted, std::size_t n_sorted, float start,
                 const Stays& stays, const Moves& moves) {
  const Frames d;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    for (std::size_t i = 0; i < n_sorted; ++i) {
      hn::Store(hn::Set(d, start), d, sorted[i].data() + lane);
    }
    for (std::size_t row = 0; row < n_rows; ++row) {
      auto value = hn::Load(d, rows[row].data() + lane);
      for (std::size_t i = 0; i < n_sorted; ++i) {
        float* place = sorted[i].data() + lane;
        const auto before = hn::Load(d, place);
        hn::Store(stays(before, value), d, place);
        value = moves(before, value);
      }
    }
  }
}

void find_extremes(const FrameValues* rows, std::size_t n_rows, FrameValues* lowest,
                   std::size_t n_lowest, FrameValues* highest, std::size_t n_highest) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto min = [](auto a, auto b) HWY_ATTR { return hn::Min(a, b); };
  const auto max = [](auto a, auto b) HWY_ATTR { return hn::Max(a, b); };
  insert_rows(rows, n_rows, lowest, n_lowest, kInfinity, min, max);
  insert_rows(rows, n_rows, highest, n_highest, -kInfinity, max, min);
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(find_extremes);
}

void find_extremes(std::span<const FrameValues> rows, std::span<FrameValues> lowest,
                   std::span<FrameValues> highest) {
  HWY_DYNAMIC_DISPATCH(find_extremes)
  (rows.data(), rows.size(), lowest.data(), lowest.size(), highest.data(), highest.size());
}

}  // namespace genre::features
#endif  // HWY_ONCE
