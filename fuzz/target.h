// What each fuzz target defines and uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Called with one input after the other: by libFuzzer, or by replay.cpp with those of the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace genre::fuzz {

// A property that does not hold is a finding.
inline void require(bool property) {
  if (!property) std::abort();
}

}  // namespace genre::fuzz
