// Decodes one file in its own process.
#pragma once

#include "decode/protocol.h"

namespace genre::decode {

// Enters the sandbox, decodes the file, writes the answer and ends the process. file and answer:
// descriptors.
[[noreturn]] void decode_file(const Request& request, int file, int answer);

}  // namespace genre::decode
