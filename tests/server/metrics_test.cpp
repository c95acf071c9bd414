#include "server/metrics.h"

#include <gmock/gmock.h>

namespace genre::server {
namespace {

using testing::HasSubstr;
using testing::Not;

ModelInfo model(std::string name) {
  return {.name = std::move(name),
          .inputs = {{"features", FeaturesInput{}}},
          .labels = {},
          .confident = {},
          .metadata = {}};
}

TEST(Metrics, EscapesTheModelsName) {
  Metrics metrics({"default"}, "");
  metrics.set_model(0, model(R"(a "b" \c)"));
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(name="a \"b\" \\c"} 1)"));
}

TEST(Metrics, NamesOnlyTheModelThatIsServed) {
  Metrics metrics({"default"}, "");
  metrics.set_model(0, model("first"));
  metrics.set_model(0, model("second"));
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(name="second"} 1)"));
  EXPECT_THAT(metrics.text({}), Not(HasSubstr(R"(name="first")")));
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(genre_model_loads_total{model="default"} 2)"));
}

TEST(Metrics, LabelsPredictionsWithTheirModel) {
  using namespace std::chrono_literals;
  Metrics metrics({"a", "b"}, "");
  StageTimes spent;
  spent.model = 2ms;
  spent.audio = 3;
  spent.predictions = 1;
  metrics.record_prediction(1, {.queued = 1ms, .worked = 5ms, .spent = spent, .succeeded = true});
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr(R"(genre_audio_seconds_total{model="a"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(genre_audio_seconds_total{model="b"} 3)"));
  EXPECT_THAT(text, HasSubstr(R"(genre_stage_duration_seconds_count{model="b",stage="model"} 1)"));
  EXPECT_EQ(metrics.statistics(0).n_predictions, 0);
  const Statistics statistics = metrics.statistics(1);
  EXPECT_EQ(statistics.n_predictions, 1);
  EXPECT_EQ(statistics.success.count, 1);
  EXPECT_EQ(statistics.success.time, 6ms);
  EXPECT_EQ(statistics.queue.time, 1ms);
  EXPECT_EQ(statistics.inference.time, 2ms);
  EXPECT_EQ(statistics.output.time, 3ms);
  EXPECT_EQ(statistics.fail.count, 0);
}

TEST(Metrics, SayWhichBuildThisIs) {
  EXPECT_THAT(Metrics({"a"}, "1234abcd").text({}),
              HasSubstr(R"(genre_build_info{revision="1234abcd",version=")"));
}

}  // namespace
}  // namespace genre::server
