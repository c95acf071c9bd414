// Loaded into a program with LD_PRELOAD, makes its allocations fail at random. The environment says
// how:
//   GENRE_FAULTS_CONTROL      a file of 24 bytes, shared with the test: whether faults are on, then
//                             the numbers of allocations and of failures since they were
//   GENRE_FAULTS_PROBABILITY  that an allocation fails
//   GENRE_FAULTS_SEED         of the random numbers; the n-th thread has a sequence of its own
//   GENRE_FAULTS_THREADS      which threads: names given with pthread_setname_np, "main", and
//                             "unnamed" for those of libraries; with commas between them
//   GENRE_FAULTS_AFTER        so many threads must have named themselves first, so that a program
//                             that does not run for long has started up
//   GENRE_FAULTS_MALLOC       "1": malloc and its relatives fail, so that C libraries get to see
//                             it; else operator new alone
//
// Spared even with GENRE_FAULTS_MALLOC: libraries that end the process by themselves where malloc
// fails, so that nobody can help it.
//   libfftw3, libfftw3f: kernel/alloc.c asserts that memory is there (CK), in planning only
//   libsndfile 1.2.0: sf_open does not check all that it allocates, and crashes
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

struct Control {
  std::atomic<std::uint64_t> on, n_allocations, n_failures;
};

Control* control = nullptr;  // null until the program has been loaded
double probability = 0;
std::uint64_t seed = 0;
const char* threads = "";
int after = 0;
bool fail_malloc = false;
std::atomic<int> n_named = 0, n_threads = 0;

// Static storage and the initial-exec model: reaching these must not allocate.
struct Thread {
  const char* name;
  std::uint64_t random;
  bool selected, known;
  char copy[16];
};
__attribute__((tls_model("initial-exec"))) thread_local constinit Thread self{};

struct Range {
  std::uintptr_t begin, end;
};
Range spared[16];
std::size_t n_spared = 0;

bool is_selected(const char* name) {
  const std::size_t size = std::strlen(name);
  for (const char* at = threads; at != nullptr; at = std::strchr(at, ',')) {
    if (*at == ',') ++at;
    if (std::strncmp(at, name, size) == 0 && (at[size] == ',' || at[size] == '\0')) return true;
  }
  return false;
}

void know(const char* name) {
  std::strncpy(self.copy, name, sizeof self.copy - 1);
  self.name = self.copy;
  self.selected = is_selected(name);
  if (!self.known) self.random = seed + 0x9E3779B97F4A7C15ULL * static_cast<unsigned>(++n_threads);
  self.known = true;
}

// splitmix64, as a number from 0 to 1
double next_random() {
  std::uint64_t z = self.random += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

bool fails() {
  if (control == nullptr || control->on == 0 || n_named < after) return false;
  if (!self.known) know(getpid() == gettid() ? "main" : "unnamed");
  if (!self.selected) return false;
  ++control->n_allocations;
  if (next_random() >= probability) return false;
  ++control->n_failures;
  return true;
}

bool is_spared(const void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  for (std::size_t i = 0; i < n_spared; ++i) {
    if (spared[i].begin <= address && address < spared[i].end) return true;
  }
  return false;
}

bool malloc_fails(const void* caller) {
  if (!fail_malloc || is_spared(caller) || !fails()) return false;
  errno = ENOMEM;
  return true;
}

int add_spared(dl_phdr_info* library, std::size_t, void*) {
  constexpr const char* kSpared[] = {"/libfftw3", "/libsndfile"};
  const auto named = [&](const char* name) { return std::strstr(library->dlpi_name, name); };
  if (std::none_of(std::begin(kSpared), std::end(kSpared), named)) return 0;
  for (int i = 0; i < library->dlpi_phnum && n_spared < 16; ++i) {
    const auto& segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = library->dlpi_addr + segment.p_vaddr;
    spared[n_spared++] = {begin, begin + segment.p_memsz};
  }
  return 0;
}

const char* setting(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

__attribute__((constructor)) void start() {
  const char* const path = std::getenv("GENRE_FAULTS_CONTROL");
  if (path == nullptr) return;
  probability = std::atof(setting("GENRE_FAULTS_PROBABILITY", "0"));
  seed = std::strtoull(setting("GENRE_FAULTS_SEED", "1"), nullptr, 10);
  threads = setting("GENRE_FAULTS_THREADS", "");
  after = std::atoi(setting("GENRE_FAULTS_AFTER", "0"));
  fail_malloc = *setting("GENRE_FAULTS_MALLOC", "") == '1';
  dl_iterate_phdr(add_spared, nullptr);
  const int file = open(path, O_RDWR | O_CLOEXEC);
  void* const shared = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || shared == MAP_FAILED) {
    const char message[] = "failing_malloc: GENRE_FAULTS_CONTROL cannot be mapped\n";
    [[maybe_unused]] const auto n = write(STDERR_FILENO, message, sizeof message - 1);
    _exit(99);
  }
  close(file);
  control = static_cast<Control*>(shared);
}

void* allocate(std::size_t size, std::size_t alignment) {
  while (true) {
    if (!fails()) {
      void* const memory =
          alignment > 0 ? __libc_memalign(alignment, size) : __libc_malloc(size > 0 ? size : 1);
      if (memory != nullptr) return memory;
    }
    const auto handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void* allocate_or_null(std::size_t size, std::size_t alignment) noexcept try {
  return allocate(size, alignment);
} catch (const std::bad_alloc&) {
  return nullptr;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

extern "C" {
void* malloc(std::size_t size) noexcept {
  return malloc_fails(__builtin_return_address(0)) ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  return malloc_fails(__builtin_return_address(0)) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
  return malloc_fails(__builtin_return_address(0)) ? nullptr : __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return malloc_fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return malloc_fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  if (malloc_fails(__builtin_return_address(0))) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

int pthread_setname_np(pthread_t thread, const char* name) noexcept {
  static const auto real =
      reinterpret_cast<int (*)(pthread_t, const char*)>(dlsym(RTLD_NEXT, "pthread_setname_np"));
  if (pthread_equal(thread, pthread_self()) != 0) {
    know(name);
    ++n_named;
  }
  return real(thread, name);
}
}
