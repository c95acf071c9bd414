// Numbers with few digits for JSON.
#pragma once

namespace genre::base {

// The double with the same shortest decimal form as the float, so that JSON has 0.1 and not
// 0.10000000149011612.
[[nodiscard]] double shortest(float value);

}  // namespace genre::base
