// A folder that goes away with the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace genre::test {

class TemporaryFolder : public testing::Test {
 protected:
  ~TemporaryFolder() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, std::string_view bytes) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
  }

  std::filesystem::path root_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string(testing::UnitTest::GetInstance()->current_test_info()->test_suite_name()) + "." +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

}  // namespace genre::test
