#include "decode/sandbox.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>
#include <memory>
#include <type_traits>

namespace genre::decode {
namespace {

// FFmpeg's libraries need 190 MB of address space, and the largest file some tens of MB.
constexpr rlim_t kMaxMemory = rlim_t{1} << 30;

bool limit(__rlimit_resource resource, rlim_t most) {
  const rlimit value{most, most};
  return setrlimit(resource, &value) == 0;
}

bool set_limits(std::uint64_t cpu_seconds) {
  return limit(RLIMIT_AS, kMaxMemory) && limit(RLIMIT_CPU, cpu_seconds) && limit(RLIMIT_CORE, 0) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_NPROC, 0) &&
         limit(RLIMIT_MEMLOCK, 0);
}

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, void (*)(scmp_filter_ctx)>;

bool allow(const Filter& filter, int call, std::initializer_list<scmp_arg_cmp> arguments = {}) {
  return seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call,
                                static_cast<unsigned>(arguments.size()), arguments.begin()) == 0;
}

// Conditions on the system call argument at a 0-based index.
scmp_arg_cmp equals(unsigned index, scmp_datum_t value) { return {index, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp masked(unsigned index, scmp_datum_t mask, scmp_datum_t value) {
  return {index, SCMP_CMP_MASKED_EQ, mask, value};
}

bool allow_memory(const Filter& filter) {
  // No executable memory and no mapped files.
  const auto not_executable = masked(2, PROT_EXEC, 0);
  const auto anonymous = masked(3, MAP_ANONYMOUS, MAP_ANONYMOUS);
  return allow(filter, SCMP_SYS(mmap), {not_executable, anonymous}) &&
         allow(filter, SCMP_SYS(mprotect), {not_executable}) && allow(filter, SCMP_SYS(munmap)) &&
         allow(filter, SCMP_SYS(mremap)) && allow(filter, SCMP_SYS(brk)) &&
         allow(filter, SCMP_SYS(madvise));
}

bool allow_rest(const Filter& filter, bool is_stream) {
  // std::call_once and pthread_once call FUTEX_WAKE even without waiting threads. FUTEX_WAIT is not
  // allowed: a process that cannot sleep reaches its CPU time limit.
  constexpr auto kCommand = ~scmp_datum_t{FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};
  // MSG_DONTWAIT: it must not sleep in recv either.
  const int read = is_stream ? SCMP_SYS(read) : SCMP_SYS(pread64);
  return allow(filter, read, {equals(0, kFile)}) &&
         allow(filter, SCMP_SYS(write), {equals(0, kAnswer)}) &&
         allow(filter, SCMP_SYS(recvfrom), {equals(0, kAnswer), equals(3, MSG_DONTWAIT)}) &&
         allow(filter, SCMP_SYS(futex), {masked(1, kCommand & 0xFFFFFFFFU, FUTEX_WAKE)}) &&
         allow(filter, SCMP_SYS(clock_gettime)) && allow(filter, SCMP_SYS(gettimeofday)) &&
         allow(filter, SCMP_SYS(getrandom)) && allow(filter, SCMP_SYS(rt_sigreturn)) &&
         allow(filter, SCMP_SYS(exit)) && allow(filter, SCMP_SYS(exit_group));
}

}  // namespace

bool keep_descriptors(int file, int answer) {
  return dup3(file, kFile, O_CLOEXEC) == kFile && dup3(answer, kAnswer, O_CLOEXEC) == kAnswer &&
         close_range(0, kFile - 1, 0) == 0 && close_range(kAnswer + 1, ~0U, 0) == 0;
}

bool enter_sandbox(std::uint64_t cpu_seconds, bool is_stream) {
  // Required to load a filter without privileges. It also keeps setuid programs from regaining
  // rights.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !set_limits(cpu_seconds)) return false;
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS), seccomp_release);
  return filter && allow_memory(filter) && allow_rest(filter, is_stream) &&
         seccomp_load(filter.get()) == 0;
}

}  // namespace genre::decode
