// Restricts a process before it reads the first byte of a file.
#pragma once

#include <cstdint>

namespace genre::decode {

// The only descriptors of a process in the sandbox.
inline constexpr int kFile = 10;
inline constexpr int kAnswer = 11;

// Moves the two descriptors to kFile and kAnswer and closes all others. False on failure.
[[nodiscard]] bool keep_descriptors(int file, int answer);

// From now on the process can only read kFile, write and receive on kAnswer, manage its memory and
// end; any other system call kills it. Also limits its memory and CPU time. False on failure; then
// nothing may be decoded. is_stream: kFile is read in order, not at offsets.
[[nodiscard]] bool enter_sandbox(std::uint64_t cpu_seconds, bool is_stream);

}  // namespace genre::decode
