// One file, in a process of its own.
#pragma once

#include "decode/protocol.h"

namespace genre::decode {

// Gives up all rights, decodes the file and answers. file and answer: descriptors.
[[noreturn]] void decode_file(const Request& request, int file, int answer);

}  // namespace genre::decode
