// Where the networks of models are looked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "dataset/temporary_folder.h"
#include "genre/model.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

class InstalledNetworks : public TemporaryFolder {
 protected:
  InstalledNetworks() {
    std::filesystem::create_directories(root_ / "genre" / "networks");
    setenv("XDG_DATA_HOME", root_.c_str(), 1);
  }
  ~InstalledNetworks() override { unsetenv("XDG_DATA_HOME"); }
};

TEST_F(InstalledNetworks, AreFilesWithTheirNames) {
  ASSERT_TRUE(base::write_file((root_ / "genre" / "networks" / "mn04.onnx").string(), "network"));
  const auto found = find_installed_network("mn04");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 7U);
  const auto missing = find_installed_network("musicnn");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(missing.error().message, HasSubstr("genre model pull musicnn brings it"));
}

// The name comes from a model file, which may be anyone's.
TEST_F(InstalledNetworks, AreNotFilesElsewhere) {
  ASSERT_TRUE(base::write_file((root_ / "genre" / "other.onnx").string(), "other"));
  for (const std::string& name : {std::string("../other"), (root_ / "genre" / "other").string()}) {
    const auto found = find_installed_network(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(found.error().message, HasSubstr("its name has a slash"));
  }
}

TEST_F(InstalledNetworks, WithoutAHomeTheCurrentFolderIsNotSearched) {
  const char* home = std::getenv("HOME");
  const std::string old_home = home == nullptr ? "" : home;
  const auto old_folder = std::filesystem::current_path();
  std::filesystem::create_directories(root_ / "networks");
  ASSERT_TRUE(base::write_file((root_ / "networks" / "mn04.onnx").string(), "network"));
  unsetenv("XDG_DATA_HOME");
  unsetenv("HOME");
  std::filesystem::current_path(root_);
  const auto found = find_installed_network("mn04");
  std::filesystem::current_path(old_folder);
  if (home != nullptr) setenv("HOME", old_home.c_str(), 1);
  EXPECT_FALSE(found);
}

}  // namespace
}  // namespace genre::test
