#include "evaluate/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/text.h"

namespace genre::evaluate {
namespace {

using Json = nlohmann::ordered_json;

using base::rounded;

Json to_json(const Interval& interval) { return {rounded(interval.low), rounded(interval.high)}; }

Json to_json(const CertaintyCurve& curve) {
  Json points = Json::array();
  for (const CertaintyCurve::Point& point : curve.points) {
    points.push_back({rounded(point.threshold), rounded(point.recall),
                      rounded(point.false_positive_rate), rounded(point.precision)});
  }
  return {{"auc", rounded(curve.auc)},
          {"average_precision", rounded(curve.average_precision)},
          {"points", std::move(points)}};
}

// A JSON object; empty if the model has no valid provenance.
Json provenance_of(const ModelInfo& model) {
  const auto found = model.metadata.find(metadata_key::kProvenance);
  if (found == model.metadata.end()) return Json::object();
  Json provenance = Json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  return provenance.is_object() ? provenance : Json::object();
}

std::string accuracy(double share, const Interval& interval, std::size_t n, const char* of) {
  return fmt::format("{:5.1f} % of {} {} (95 %: {:.1f} to {:.1f})", 100 * share, n, of,
                     100 * interval.low, 100 * interval.high);
}

}  // namespace

std::string summary(const Metrics& metrics) {
  return fmt::format(
      "{}, {}, balanced accuracy {:.1f} % (tracks {:.1f} %), macro F1 {:.3f} (tracks {:.3f}), "
      "expected calibration error {:.3f} (tracks {:.3f})",
      accuracy(metrics.clip_accuracy, metrics.clip_interval, metrics.n_clips, "clips"),
      accuracy(metrics.track_accuracy, metrics.track_interval, metrics.n_tracks, "tracks"),
      100 * metrics.clip_averages.balanced_accuracy, 100 * metrics.track_averages.balanced_accuracy,
      metrics.clip_averages.macro_f1, metrics.track_averages.macro_f1, metrics.calibration_error,
      metrics.track_calibration_error);
}

std::string summary(const ConfidentMetrics& confidence) {
  const auto& [clips, tracks] = confidence;
  return fmt::format(
      "confident predictions: {:.0f} % of clips, {:.0f} % of these correct; {:.0f} % of tracks, "
      "{:.0f} % of these correct",
      100 * clips.share(), 100 * clips.accuracy(), 100 * tracks.share(), 100 * tracks.accuracy());
}

std::string others_summary(const ConfidentMetrics::Count& others) {
  return fmt::format("music of other genres: confident predictions of {:.0f} % of {} tracks",
                     100 * others.share(), others.all);
}

std::string genre_table(const Metrics& metrics, const std::vector<std::string>& labels) {
  std::size_t width = 5;
  for (const std::string& label : labels) width = std::max(width, label.size());
  std::string text =
      fmt::format("  {:<{}}  precision  recall     F1   predicted as", "genre", width);
  for (const std::string& label : labels) text += fmt::format(" {:>4.4}", label);
  text += "\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const GenreMetrics& genre = metrics.genres[i];
    text += fmt::format("  {:<{}}  {:9.2f}  {:6.2f}  {:5.2f}               ", labels[i], width,
                        genre.precision, genre.recall, genre.f1);
    for (const std::size_t count : metrics.confusion[i]) text += fmt::format(" {:4}", count);
    text += "\n";
  }
  return text;
}

std::string training_data(const ModelInfo& model) {
  const Json provenance = provenance_of(model);
  if (!provenance.contains("data")) return "unknown data";
  const auto field = [&](const char* key) {
    const auto value = provenance.find(key);
    if (value == provenance.end()) return std::string("?");
    return value->is_string() ? value->get<std::string>() : base::json_text(*value);
  };
  return fmt::format("{} clips of {} ({})", field("n_train"), field("data"), field("protocol"));
}

nlohmann::json learning_curve(const ModelInfo& model) {
  const Json provenance = provenance_of(model);
  const auto curve = provenance.find("learning_curve");
  if (curve == provenance.end() || !curve->is_object() || !curve->contains("points")) return {};
  return *curve;
}

std::string warning(const Report& report) {
  if (report.n_known_tracks == 0U) return "";
  if (report.n_known_tracks) {
    return fmt::format(
        "Warning: the model was trained on {} of these {} tracks. Expect lower accuracy on new "
        "music.",
        *report.n_known_tracks, report.metrics.n_tracks);
  }
  if (report.trained_on.find(" of " + report.data + " (") == std::string::npos) return "";
  return fmt::format(
      "Warning: the model was trained on clips of {}. If they include these clips or others of the "
      "same songs, expect lower accuracy on new music.",
      report.data);
}

std::string to_text(const Report& report) {
  std::string text = fmt::format("{}, trained on {}\non {} ({})\n  {}\n", report.model,
                                 base::printable(report.trained_on), base::printable(report.data),
                                 base::printable(report.protocol), summary(report.metrics));
  if (const std::string words = warning(report); !words.empty()) {
    text += "  " + base::printable(words) + "\n";
  }
  if (report.confidence) text += "  " + summary(*report.confidence) + "\n";
  if (report.others) text += "  " + others_summary(*report.others) + "\n";
  text += genre_table(report.metrics, report.labels);
  text += "  certainty  accuracy  clips\n";
  for (const ReliabilityBin& bin : report.metrics.reliability) {
    if (bin.n_clips == 0) continue;
    text += fmt::format("  {:7.1f} %  {:6.0f} %  {:5}\n", 100 * bin.certainty, 100 * bin.accuracy,
                        bin.n_clips);
  }
  return text;
}

Json to_json(const ConfidentMetrics& confidence) {
  const auto& [clips, tracks] = confidence;
  return {{"clip_share", rounded(clips.share())},
          {"clip_accuracy", rounded(clips.accuracy())},
          {"track_share", rounded(tracks.share())},
          {"track_accuracy", rounded(tracks.accuracy())}};
}

Json to_json(const ConfidentMetrics::Count& others) {
  return {{"n_tracks", others.all}, {"confident_share", rounded(others.share())}};
}

Json to_json(const Report& report) {
  const Metrics& metrics = report.metrics;
  Json reliability = Json::array(), genres = Json::array();
  for (const ReliabilityBin& bin : metrics.reliability) {
    reliability.push_back({{"n_clips", bin.n_clips},
                           {"certainty", rounded(bin.certainty)},
                           {"accuracy", rounded(bin.accuracy)}});
  }
  for (std::size_t i = 0; i < report.labels.size(); ++i) {
    genres.push_back({{"genre", report.labels[i]},
                      {"precision", rounded(metrics.genres[i].precision)},
                      {"recall", rounded(metrics.genres[i].recall)},
                      {"f1", rounded(metrics.genres[i].f1)}});
  }
  return {{"model", report.model},
          {"trained_on", report.trained_on},
          {"data", report.data},
          {"protocol", report.protocol},
          {"warning", warning(report)},
          {"n_known_tracks", report.n_known_tracks ? Json(*report.n_known_tracks) : Json()},
          {"n_clips", metrics.n_clips},
          {"n_tracks", metrics.n_tracks},
          {"clip_accuracy", rounded(metrics.clip_accuracy)},
          {"clip_interval", to_json(metrics.clip_interval)},
          {"track_accuracy", rounded(metrics.track_accuracy)},
          {"track_interval", to_json(metrics.track_interval)},
          {"clip_balanced_accuracy", rounded(metrics.clip_averages.balanced_accuracy)},
          {"track_balanced_accuracy", rounded(metrics.track_averages.balanced_accuracy)},
          {"clip_macro_f1", rounded(metrics.clip_averages.macro_f1)},
          {"track_macro_f1", rounded(metrics.track_averages.macro_f1)},
          {"calibration_error", rounded(metrics.calibration_error)},
          {"track_calibration_error", rounded(metrics.track_calibration_error)},
          {"reliability", std::move(reliability)},
          {"genres", std::move(genres)},
          {"confusion", metrics.confusion},
          {"track_confusion", metrics.track_confusion},
          {"certainty_curve", metrics.certainty_curve ? to_json(*metrics.certainty_curve) : Json()},
          {"confident", report.confidence ? to_json(*report.confidence) : Json()},
          {"others", report.others ? to_json(*report.others) : Json()}};
}

}  // namespace genre::evaluate
