// Signals that this test generates, against librosa 0.10.2: needs nothing but the repository.
#include "librosa/own_signals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "every_target.h"
#include "features/gtzan26.h"
#include "genre/features.h"
#include "librosa/error_table.h"
#include "librosa/gtzan_scale.h"

namespace genre::test {
namespace {

using namespace features;

using OwnSignals = EveryTarget;
GENRE_ON_EVERY_TARGET(OwnSignals);

TEST_P(OwnSignals, AgreeWithLibrosa) {
  std::ifstream file(GENRE_OWN_REFERENCE);
  const auto reference = nlohmann::json::parse(file);
  ErrorTable table(kGtzanStd);
  for (const auto& [name, expected] : reference.at("signals").items()) {
    const std::vector<float> y = own_signal(name);
    ASSERT_EQ(y.size(), expected.at("samples").get<std::size_t>()) << name;
    for (const PadMode pad_mode : {PadMode::kConstant, PadMode::kReflect}) {
      const std::string pad_name(to_string(pad_mode));
      Gtzan26Extractor extractor(pad_mode);
      Gtzan26 ours{};
      extractor.extract(y, ours);
      const auto librosa = expected.at(pad_name).get<std::array<double, kGtzan26Size>>();
      EXPECT_LE(table.add(ours, librosa, name + ", " + pad_name), kTolerance) << name << pad_name;
      if (pad_mode == PadMode::kConstant) {
        EXPECT_NEAR(extractor.tuning(), expected.at("tuning").get<double>(), 1e-9) << name;
      }
    }
  }
  fmt::print("{}: errors of our own signals\n\n{}\n", hwy::TargetName(GetParam()),
             table.to_markdown());
}

}  // namespace
}  // namespace genre::test
