// The entry point of each fuzz target, and its assertion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Called once per input, by libFuzzer, or by replay.cpp for each file of the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace genre::fuzz {

// Aborts if the property does not hold, so that the fuzzer reports a finding.
inline void require(bool property) {
  if (!property) std::abort();
}

}  // namespace genre::fuzz
