#include "evaluate/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "evaluate/plots.h"

namespace genre::test {
namespace {

using namespace dataset;
using namespace evaluate;

using testing::HasSubstr;

Report small_report() {
  Table table{.name = "t", .labels = {"a", "<b>"}, .rows = {}};
  std::vector<float> certainties;
  for (std::size_t i = 0; i < 40; ++i) {
    table.rows.push_back({.track = std::to_string(i / 2),
                          .label = i % 4 / 2,
                          .features = std::vector<float>(kGtzan26Size)});
    const float certainty = i % 5 == 0 ? 0.3F : 0.9F;  // of the correct genre
    certainties.push_back(table.rows[i].label == 0 ? certainty : 1 - certainty);
    certainties.push_back(table.rows[i].label == 0 ? 1 - certainty : certainty);
  }
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return {.model = "m",
          .trained_on = "7 clips of other data (track)",
          .data = "d & e",
          .protocol = "p",
          .labels = table.labels,
          .metrics = evaluate::evaluate(
              table, rows, {.certainties = certainties, .novelty = {}, .window_correlation = {}}),
          .confidence = {},
          .learning_curve = {}};
}

TEST(Report, AsTextHasFiguresAndIntervals) {
  const std::string text = to_text(small_report());
  EXPECT_THAT(text, HasSubstr("80.0 % of 40 clips (95 %: "));
  EXPECT_THAT(text, HasSubstr("of 20 tracks"));
  EXPECT_THAT(text, HasSubstr("expected calibration error 0."));
  EXPECT_THAT(text, HasSubstr("<b>"));
}

TEST(Report, AsJsonAddsUp) {
  const auto json = to_json(small_report());
  EXPECT_EQ(json.at("n_clips"), 40);
  EXPECT_EQ(json.at("clip_accuracy"), 0.8);
  std::size_t clips = 0, confused = 0;
  for (const auto& bin : json.at("reliability")) clips += bin.at("n_clips").get<std::size_t>();
  for (const auto& row : json.at("confusion")) {
    for (const auto& count : row) confused += count.get<std::size_t>();
  }
  EXPECT_EQ(clips, 40U);
  EXPECT_EQ(confused, 40U);
  EXPECT_LE(json.at("clip_interval").at(0), 0.8);
  EXPECT_GE(json.at("clip_interval").at(1), 0.8);
}

TEST(Report, AsHtmlIsSelfContainedAndEscaped) {
  const std::string html = to_html(small_report());
  EXPECT_THAT(html, HasSubstr("<h1>m on d &amp; e</h1>"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;"));
  EXPECT_THAT(html, testing::Not(HasSubstr("<b>\"")));
  EXPECT_THAT(html, testing::Not(HasSubstr("http")));
  EXPECT_THAT(html, HasSubstr("<svg"));
}

TEST(Report, DrawsTheLearningCurveWhereThereIsOne) {
  Report report = small_report();
  EXPECT_THAT(to_html(report), testing::Not(HasSubstr("<polyline")));
  report.learning_curve = {
      {"step", "epoch"}, {"points", {{1, 2.0, 2.2, 0.2}, {2, 1.0, 1.5, 0.5}, {3, 0.5, 1.6, 0.6}}}};
  const std::string html = to_html(report);
  EXPECT_THAT(html, HasSubstr("<polyline"));
  EXPECT_THAT(html, HasSubstr("epoch"));
  for (const char* broken : {R"({"points": 3})", R"({"step": "e", "points": [[1]]})",
                             R"({"step": "e", "points": [["a", 1, 2, 3]]})", "[]"}) {
    report.learning_curve = nlohmann::json::parse(broken);
    EXPECT_THAT(to_html(report), testing::Not(HasSubstr("<polyline"))) << broken;
  }
}

TEST(Report, SaysHowOftenTheModelIsConfident) {
  Report report = small_report();
  EXPECT_EQ(to_json(report).at("confident"), nullptr);
  report.confidence = ConfidentMetrics{.clips = {.all = 40, .confident = 20, .correct = 19},
                                       .tracks = {.all = 20, .confident = 5, .correct = 5}};
  EXPECT_EQ(to_json(report).at("confident").at("clip_accuracy"), 0.95);
  EXPECT_THAT(to_text(report),
              HasSubstr("confident predictions: 50 % of clips, 95 % of these correct; "
                        "25 % of tracks, 100 % of these correct"));
  EXPECT_THAT(to_html(report), HasSubstr("25 %"));
}

TEST(Report, WarnsWhereTheModelKnowsTheData) {
  Report report = small_report();
  EXPECT_EQ(warning(report), "");
  report.data = "other data";
  EXPECT_THAT(to_text(report), HasSubstr("expect lower accuracy on new music"));
  EXPECT_THAT(to_html(report), HasSubstr("expect lower accuracy on new music"));
}

TEST(Report, WarnsByTheAudioWhereTheModelKnowsIt) {
  Report report = small_report();
  report.data = "other data";
  report.n_known_tracks = 0;  // a part that was held out
  EXPECT_EQ(warning(report), "");
  EXPECT_EQ(to_json(report).at("n_known_tracks"), 0);
  report.data = "copy";
  report.n_known_tracks = 3;
  EXPECT_THAT(to_text(report), HasSubstr("was trained on 3 of these 20 tracks"));
  EXPECT_THAT(to_html(report), HasSubstr("was trained on 3 of these 20 tracks"));
  EXPECT_EQ(to_json(small_report()).at("n_known_tracks"), nullptr);
}

TEST(Report, HasTheAveragesOverGenresAndTheCurveOfTheCertainty) {
  Report report = small_report();
  EXPECT_EQ(to_json(report).at("certainty_curve"), nullptr) << "all tracks are right";
  report.metrics.certainty_curve = certainty_curve({{0.9, true}, {0.8, false}, {0.7, true}});
  const auto json = to_json(report);
  EXPECT_EQ(json.at("clip_balanced_accuracy"), 0.8);
  EXPECT_NEAR(json.at("clip_macro_f1").get<double>(), 0.8, 0.01);
  EXPECT_EQ(json.at("track_confusion").size(), 2U);
  EXPECT_EQ(json.at("certainty_curve").at("auc"), 0.5);
  EXPECT_EQ(json.at("certainty_curve").at("points").size(), 3U);
  EXPECT_THAT(to_text(report), HasSubstr("balanced accuracy 80.0 %"));
  const std::string html = to_html(report);
  EXPECT_THAT(html, HasSubstr("ROC: share of the right predictions"));
  EXPECT_THAT(html, HasSubstr("precision: share that is right"));
}

TEST(Report, ShowsOtherProtocolsBesideItsOwn) {
  Report report = small_report();
  EXPECT_THAT(to_html(report), testing::Not(HasSubstr("By protocol")));
  report.beside = {{"source-out", report.metrics}};
  EXPECT_THAT(to_html(report), HasSubstr("<th scope=\"row\">source-out</th><td>20</td>"));
}

TEST(Report, SaysHowOftenTheModelIsConfidentOfOtherMusic) {
  Report report = small_report();
  EXPECT_EQ(to_json(report).at("others"), nullptr);
  report.others = {.all = 50, .confident = 4};
  EXPECT_EQ(to_json(report).at("others").at("confident_share"), 0.08);
  EXPECT_THAT(to_text(report),
              HasSubstr("other genres: confident predictions of 8 % of 50 tracks"));
}

TEST(ConfusionPlot, IsAFileOfItsOwnWithEachNumber) {
  const std::string svg = confusion_plot({{7, 1}, {0, 12345}}, {"a", "<b>"});
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  for (const char* text : {">7<", ">1<", ">0<", ">12345<", "&lt;b&gt;"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  EXPECT_THAT(svg, testing::Not(HasSubstr("<b>")));
}

TEST(TrainingData, IsReadFromTheModelsProvenance) {
  EXPECT_THAT(training_data(Model::seed()->info()),
              HasSubstr("9000 clips of gtzan26_3s.csv (random-clip)"));
  ModelInfo unknown;
  EXPECT_EQ(training_data(unknown), "unknown data");
  unknown.metadata[metadata_key::kProvenance] = "not json";
  EXPECT_EQ(training_data(unknown), "unknown data");
}

}  // namespace
}  // namespace genre::test
