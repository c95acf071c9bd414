// What a process gives up before it looks at the first byte of a file.
#pragma once

#include <cstdint>

namespace genre::decode {

// The only descriptors of a process in the sandbox.
inline constexpr int kFile = 10;
inline constexpr int kAnswer = 11;

// Moves the two descriptors there and closes all others. False where the system refuses.
[[nodiscard]] bool keep_descriptors(int file, int answer);

// From here on the process can read kFile, write kAnswer, manage its memory and end; any other
// system call kills it. Limits its memory and its CPU time. False where the system refuses: then
// nothing must be decoded.
[[nodiscard]] bool enter_sandbox(std::uint64_t cpu_seconds);

}  // namespace genre::decode
