// What happens where there is no memory, and no thread: this program has its own operator new and
// pthread_create, which fail when a test wants them to.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <latch>
#include <new>
#include <system_error>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/walk.h"
#include "dataset/temporary_folder.h"

namespace {

// Of this thread: allocations that succeed before the others fail, and how many of the others do.
thread_local constinit int n_good = 0, n_bad = 0;
std::atomic<int> n_threads_left = -1;  // that can be started; any number where negative

void* allocate(std::size_t size) {
  while (true) {
    if (n_good > 0) {
      --n_good;
    } else if (n_bad > 0) {
      --n_bad;
      const auto handler = std::get_new_handler();
      if (handler == nullptr) throw std::bad_alloc();
      handler();
      continue;
    }
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
  }
}

constexpr int kAll = 1'000'000'000;

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) noexcept {
  if (n_threads_left == 0) return EAGAIN;
  if (n_threads_left > 0) --n_threads_left;
  static const auto real =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, start, argument);
}

namespace genre::base {
namespace {

using testing::UnorderedElementsAre;

auto up_to(int n) {
  return [n, i = 0]() mutable { return i < n ? std::optional<int>(i++) : std::nullopt; };
}

TEST(OutOfMemory, AnErrorIsMadeAndHandedOverWithoutAnyAllocation) {
  int n_errors = 0;
  for_each_ordered<std::string>(
      up_to(300),
      std::vector<std::function<std::string(int)>>(2,
                                                   [](int i) -> std::string {
                                                     n_bad = kAll;  // and from here on
                                                     return std::string(100, static_cast<char>(i));
                                                   }),
      [&](int, Result<std::string>&& result) {
        EXPECT_EQ(result.error().code, ErrorCode::kOutOfMemory);
        EXPECT_EQ(result.error().message, "out of memory");
        ++n_errors;
        return true;
      });
  EXPECT_EQ(n_errors, 300);
}

TEST(OutOfMemory, AResultIsHandedOverWithoutAnyAllocation) {
  int n_results = 0;
  for_each_ordered<std::string>(
      up_to(300),
      std::vector<std::function<std::string(int)>>(2,
                                                   [](int i) {
                                                     n_bad = 0;
                                                     std::string text(100, static_cast<char>(i));
                                                     n_bad = kAll;
                                                     return text;
                                                   }),
      [&](int i, Result<std::string>&& result) {
        EXPECT_EQ(result.value(), std::string(100, static_cast<char>(i)));
        ++n_results;
        return true;
      });
  EXPECT_EQ(n_results, 300);
}

TEST(OutOfMemory, AThreadWaitsForMemory) {
  const WaitForMemory waits;
  n_bad = 3;
  EXPECT_EQ(std::string(100, 'a').size(), 100U);
  EXPECT_EQ(n_bad, 0);
}

TEST(OutOfMemory, TheWaitIsBounded) {
  const WaitForMemory waits;
  n_bad = kAll;
  EXPECT_THROW(static_cast<void>(std::string(100, 'a')), std::bad_alloc);
  n_bad = 0;
  EXPECT_EQ(std::string(100, 'a').size(), 100U);
}

TEST(OutOfMemory, OtherThreadsDoNotWait) {
  const WaitForMemory waits;
  bool thrown = false;
  std::jthread([&] {
    n_bad = 1;
    try {
      static_cast<void>(std::string(100, 'a'));
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
  }).join();
  EXPECT_TRUE(thrown);
}

TEST(OutOfMemory, AThreadStopsWaitingWithItsScope) {
  { const WaitForMemory waits; }
  n_bad = 1;
  EXPECT_THROW(static_cast<void>(std::string(100, 'a')), std::bad_alloc);
  EXPECT_EQ(n_bad, 0);
}

using WalkOutOfMemory = test::TemporaryFolder;

// Whichever allocation fails, the next call goes on where this one was.
TEST_F(WalkOutOfMemory, SkipsNoFileAndGivesNoneTwice) {
  const auto add = [&](const std::string& name) {
    const std::string path = "a name that does not fit into a string itself/" + name;
    write(path, name);
    return (root_ / path).string();
  };
  const std::string one = add("one"), two = add("b/two"), three = add("b/c/d/three"),
                    four = add("e/four");
  add(".hidden");
  int n_failures = 0;
  for (int good = 0; good < 40; ++good) {
    Walk walk({root_.string(), two}, [](const std::filesystem::path&) { return true; });
    std::vector<std::string> files;
    for (bool at_end = false; !at_end;) {
      n_good = good;
      n_bad = 1;
      std::optional<WalkEntry> entry;
      try {
        entry = walk.next();
        at_end = !entry;
      } catch (const std::bad_alloc&) {
        ++n_failures;
        n_good = n_bad = 0;
        entry = walk.next();
        at_end = !entry;
      }
      n_good = n_bad = 0;
      if (entry) files.push_back(entry->path);
    }
    EXPECT_THAT(files, UnorderedElementsAre(one, two, three, four, two));
  }
  EXPECT_GT(n_failures, 40);
}

TEST(NoThreads, APoolThatCannotStartAllOfItsThreadsEndsTheOthersAndThrows) {
  using Pool = ThreadPool<std::function<void()>>;
  for (const int n : {0, 1, 3}) {
    n_threads_left = n;
    EXPECT_THROW(Pool(std::vector<Pool::Worker>(4, [](std::function<void()>&& job) { job(); }), 1),
                 std::system_error);
    n_threads_left = -1;
  }
}

TEST(NoThreads, NoItemIsTakenThen) {
  n_threads_left = 1;
  EXPECT_THROW(for_each_ordered<int>(
                   []() -> std::optional<int> {
                     ADD_FAILURE();
                     return std::nullopt;
                   },
                   std::vector<std::function<int(int)>>(2, [](int i) { return i; }),
                   [](int, Result<int>&&) { return true; }),
               std::system_error);
  n_threads_left = -1;
}

}  // namespace
}  // namespace genre::base
