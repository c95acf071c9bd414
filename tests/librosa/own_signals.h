// Signals made here, with librosa's values for them in own_reference.json: what the tests have to
// stand on where no reference data is at hand.
#pragma once

#include <string>
#include <vector>

namespace genre::test {

// One of the signals of make_own_reference.py, by the same formula.
[[nodiscard]] std::vector<float> own_signal(const std::string& name);

}  // namespace genre::test
