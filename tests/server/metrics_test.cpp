#include "server/metrics.h"

#include <gmock/gmock.h>

namespace genre::server {
namespace {

using testing::HasSubstr;
using testing::Not;

ModelInfo model(std::string name) {
  return {.name = std::move(name),
          .feature_set = {},
          .pad_mode = {},
          .labels = {},
          .confident = {},
          .metadata = {}};
}

TEST(Metrics, EscapesTheModelsName) {
  Metrics metrics;
  metrics.set_model(model(R"(a "b" \c)"));
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(name="a \"b\" \\c"} 1)"));
}

TEST(Metrics, NamesOnlyTheModelThatIsServed) {
  Metrics metrics;
  metrics.set_model(model("first"));
  metrics.set_model(model("second"));
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(name="second"} 1)"));
  EXPECT_THAT(metrics.text({}), Not(HasSubstr("first")));
  EXPECT_THAT(metrics.text({}), HasSubstr("genre_model_loads_total 2"));
}

}  // namespace
}  // namespace genre::server
