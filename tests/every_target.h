// Runs a test once for each instruction set that the kernels are compiled for and this machine has:
// of its widest vectors the program itself would use no other.
#pragma once

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cstdint>
#include <string>

namespace genre::test {

class EveryTarget : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { use(GetParam()); }
  void TearDown() override { use(0); }

 private:
  // target: 0 is the best there is.
  static void use(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

inline std::string target_name(const testing::TestParamInfo<std::int64_t>& info) {
  return hwy::TargetName(info.param);
}

}  // namespace genre::test

#define GENRE_ON_EVERY_TARGET(suite)                                                              \
  INSTANTIATE_TEST_SUITE_P(Target, suite, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()), \
                           genre::test::target_name)
