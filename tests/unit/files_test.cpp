// Files read at once and replaced at once, and what is left where that fails.
#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <new>
#include <thread>

#include "base/walk.h"
#include "dataset/temporary_folder.h"

namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;
std::atomic<int> large_allocations{0};
std::atomic<std::size_t> largest_allowed{SIZE_MAX};

}  // namespace

// This program's own, to count and to refuse allocations. Not inlined, since GCC would then take
// malloc and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (size > largest_allowed) throw std::bad_alloc();
  if (size >= kLarge) ++large_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace genre::test {
namespace {

namespace fs = std::filesystem;
using base::FileReplacement;
using base::read_file;
using base::write_file;
using testing::ElementsAre;
using testing::HasSubstr;

class Files : public TemporaryFolder {
 protected:
  Files() { fs::create_directories(root_); }

  [[nodiscard]] std::string path(const std::string& name) const { return root_ / name; }
  [[nodiscard]] std::string content(const std::string& name) const {
    const auto bytes = read_file(path(name));
    if (!bytes) return "error: " + bytes.error().message;
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
  [[nodiscard]] mode_t mode(const std::string& name) const { return status(name).st_mode & 07777; }
  [[nodiscard]] struct stat status(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(stat(path(name).c_str(), &status), 0);
    return status;
  }
};

using ReadFile = Files;

TEST_F(ReadFile, AllocatesOnce) {
  const std::string bytes(10 * kLarge + 7, 'x');
  write("large", bytes);
  const int before = large_allocations;
  const auto read = read_file(path("large"));
  const int after = large_allocations;
  ASSERT_TRUE(read);
  EXPECT_EQ(after - before, 1);
  EXPECT_EQ(content("large"), bytes);
}

TEST_F(ReadFile, OfNoBytesIsEmpty) {
  write("empty", "");
  EXPECT_EQ(content("empty"), "");
}

TEST_F(ReadFile, GivesAllOfAPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const std::string bytes(300'000, 'p');
  std::jthread writer([&] {
    for (std::size_t n = 0; n < bytes.size();) {
      n += static_cast<std::size_t>(::write(ends[1], bytes.data() + n, bytes.size() - n));
    }
    close(ends[1]);
  });
  const auto read = read_file("/dev/fd/" + std::to_string(ends[0]));
  close(ends[0]);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->size(), bytes.size());
}

TEST_F(ReadFile, GivesAllOfAFileThatHidesItsSize) {
  const auto read = read_file("/proc/self/maps");  // its size is 0
  ASSERT_TRUE(read);
  EXPECT_GT(read->size(), 1000U);
}

TEST_F(ReadFile, OfAFolderOrOfNothingIsAnError) {
  for (const std::string& name : {root_.string(), path("missing")}) {
    const auto read = read_file(name);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kUnreadableFile);
  }
}

TEST_F(ReadFile, StopsAtItsLimit) {
  write("ten", "0123456789");
  EXPECT_TRUE(read_file(path("ten"), 10));
  for (const auto& read : {read_file(path("ten"), 9), read_file("/dev/zero", 1'000'000)}) {
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kUnreadableFile);
    EXPECT_THAT(read.error().message, HasSubstr("longer than the limit"));
  }
}

// Twenty gigabytes of holes would fit into the address space, and take all of the memory.
TEST_F(ReadFile, OfHolesTakesNoMemory) {
  write("sparse", "start");
  for (const std::uintmax_t size : {std::uintmax_t{20} << 30, std::uintmax_t{8} << 40}) {
    std::error_code error;
    fs::resize_file(path("sparse"), size, error);
    if (error) GTEST_SKIP() << "the file system has no files of that size: " << error.message();
    const int before = large_allocations;
    const auto read = read_file(path("sparse"));
    EXPECT_EQ(large_allocations, before);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("longer than the limit"));
  }
}

TEST_F(ReadFile, WithoutMemoryIsAnError) {
  write("large", std::string(2 * kLarge, 'x'));
  largest_allowed = kLarge;
  const auto read = read_file(path("large"));
  largest_allowed = SIZE_MAX;
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kOutOfMemory);
}

using WriteFile = Files;

TEST_F(WriteFile, CreatesAndReplaces) {
  const mode_t umask_before = umask(022);
  ASSERT_TRUE(write_file(path("a"), "one"));
  umask(umask_before);
  EXPECT_EQ(content("a"), "one");
  EXPECT_EQ(mode("a"), 0644U);
  ASSERT_TRUE(write_file(path("a"), ""));
  EXPECT_EQ(content("a"), "");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(WriteFile, KeepsModeAndOwner) {
  write("a", "old");
  constexpr uid_t kSomebody = 12345;
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path("a").c_str(), kSomebody, kSomebody), 0);
  }
  for (const mode_t kept : {0600U, 0604U, 0777U}) {
    ASSERT_EQ(chmod(path("a").c_str(), kept), 0);
    ASSERT_TRUE(write_file(path("a"), "new"));
    EXPECT_EQ(content("a"), "new");
    EXPECT_EQ(mode("a"), kept);
  }
  if (geteuid() == 0) {
    EXPECT_EQ(status("a").st_uid, kSomebody);
    EXPECT_EQ(status("a").st_gid, kSomebody);
  }
}

TEST_F(WriteFile, KeepsTimesOnRequest) {
  write("a", "old");
  const std::array<timespec, 2> past = {timespec{1000, 0}, timespec{2000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path("a").c_str(), past.data(), 0), 0);
  auto file = FileReplacement::begin(path("a"), FileReplacement::Keep::kTimes);
  ASSERT_TRUE(file && file->write("new") && file->commit());
  EXPECT_EQ(status("a").st_mtim.tv_sec, 2000);
  ASSERT_TRUE(write_file(path("a"), "newer"));
  EXPECT_GT(status("a").st_mtim.tv_sec, 2000);
}

TEST_F(WriteFile, FollowsLinks) {
  write("folder/target", "old");
  fs::create_symlink("folder/target", root_ / "link");
  ASSERT_TRUE(write_file(path("link"), "new"));
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
  EXPECT_EQ(content("folder/target"), "new");

  fs::create_symlink("folder/later", root_ / "dangling");
  ASSERT_TRUE(write_file(path("dangling"), "new"));
  EXPECT_TRUE(fs::is_symlink(root_ / "dangling"));
  EXPECT_EQ(content("folder/later"), "new");

  fs::create_symlink("loop", root_ / "loop");
  EXPECT_FALSE(write_file(path("loop"), "new"));
}

TEST_F(WriteFile, WritesToDevicesAndPipesDirectly) {
  ASSERT_TRUE(write_file("/dev/null", "anything"));
  EXPECT_EQ(fs::status("/dev/null").type(), fs::file_type::character);
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  std::string got;
  {
    std::jthread reader([&] { got = content("fifo"); });
    ASSERT_TRUE(write_file(path("fifo"), "through"));
  }
  EXPECT_EQ(got, "through");
  EXPECT_THAT(names(), ElementsAre("fifo"));
}

TEST_F(WriteFile, IntoNowhereIsAnError) {
  write("file", "old");
  fs::create_directory(root_ / "folder");
  for (const std::string& name :
       {path("missing/a"), path("file/a"), path("folder"), std::string("/proc/genre_test")}) {
    const auto written = write_file(name, "new");
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().code, ErrorCode::kUnreadableFile);
    EXPECT_THAT(written.error().message, HasSubstr(name));
  }
  EXPECT_THAT(names(), ElementsAre("file", "folder"));
}

// As a full disk does.
TEST_F(WriteFile, ThatEndsHalfwayLeavesTheOldVersion) {
  write("a", "old");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
  const auto written = write_file(path("a"), std::string(10'000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr(path("a")));
  EXPECT_EQ(content("a"), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(WriteFile, ThatCannotTakeTheNameLeavesNothing) {
  {
    auto file = FileReplacement::begin(path("a"));
    ASSERT_TRUE(file && file->write("new"));
    fs::create_directory(root_ / "a");
    EXPECT_FALSE(file->commit());
  }
  EXPECT_THAT(names(), ElementsAre("a"));
  EXPECT_TRUE(fs::is_directory(root_ / "a"));
}

TEST_F(WriteFile, ThatIsDroppedLeavesTheOldVersion) {
  write("a", "old");
  {
    auto file = FileReplacement::begin(path("a"));
    ASSERT_TRUE(file && file->write("new"));
    FileReplacement moved = std::move(*file);
    EXPECT_EQ(names().size(), 2U);
  }
  EXPECT_EQ(content("a"), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(WriteFile, HasATemporaryOfItsOwn) {
  write(".genre-abcdefgh.tmp", "another's");
  std::vector<FileReplacement> files;
  for (int i = 0; i < 100; ++i) {
    auto file = FileReplacement::begin(path("a"));
    ASSERT_TRUE(file);
    EXPECT_TRUE(base::is_temporary_name(fs::path(file->temporary()).filename().string()));
    files.push_back(std::move(*file));
  }
  EXPECT_EQ(names().size(), 101U);
  files.clear();
  EXPECT_EQ(content(".genre-abcdefgh.tmp"), "another's");
  EXPECT_THAT(names(), ElementsAre(".genre-abcdefgh.tmp"));
}

TEST_F(WriteFile, LeavesATemporaryThatNobodyTakesForMusic) {
  write("song.wav", "music");
  const auto file = FileReplacement::begin(path("song.wav"));
  ASSERT_TRUE(file);
  base::Walk walk({root_.string()}, [](const fs::path&) { return true; });
  const auto found = walk.next();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, path("song.wav"));
  EXPECT_FALSE(walk.next());
}

TEST(TemporaryName, IsNoOtherName) {
  EXPECT_TRUE(base::is_temporary_name(".genre-abcdefgh.tmp"));
  for (const char* name : {"", ".genre-.tmp", ".genre-abcdefghi.tmp", "genre-abcdefgh.tmp",
                           ".genre-abcdefgh.wav", "x.genre-abcdefgh.tmp"}) {
    EXPECT_FALSE(base::is_temporary_name(name)) << name;
  }
}

}  // namespace
}  // namespace genre::test
