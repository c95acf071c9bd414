#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "evaluate/plots.h"
#include "evaluate/report.h"

namespace genre::evaluate {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2129; --soft: #5b6472; --line: #d9dde3; --page: #fff;
  --blue: 37, 99, 235; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaee; --soft: #a3abb8; --line: #3a404b; --page: #14171c; --blue: 96, 165, 250; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
p { color: var(--soft); }
.warning { color: inherit; border-left: 4px solid #d97706; padding-left: .8rem; }
.figures { display: flex; flex-wrap: wrap; gap: 2.5rem; margin: 1.5rem 0; }
.figures b { display: block; font-size: 2.2rem; line-height: 1.2; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; }
th { font-weight: 600; text-align: left; } th, td { padding: .3rem .6rem; }
td { text-align: right; font-variant-numeric: tabular-nums; }
.confusion td { min-width: 2.2rem; text-align: center; border: 1px solid var(--page); }
.confusion thead th { font-weight: 400; color: var(--soft); }
.bar { display: inline-block; height: .7rem; background: rgb(var(--blue)); vertical-align: middle; }
.bars td { text-align: left; white-space: nowrap; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
.axis { stroke: var(--line); } .even { stroke: var(--soft); stroke-dasharray: 4 4; }
.dots { fill: rgba(var(--blue), .75); }
polyline { fill: none; stroke: rgb(var(--blue)); stroke-width: 2; stroke-linejoin: round; }
polyline.train { stroke: var(--soft); stroke-dasharray: 2 3; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
)";

std::string figure(double share, const Interval& interval, std::size_t n, std::string_view of) {
  return fmt::format(
      "<div><b>{:.1f} %</b> of {} {}<br><small>95 %: {:.1f} to {:.1f} %</small></div>\n",
      100 * share, n, of, 100 * interval.low, 100 * interval.high);
}

std::string confusion_table(const Report& report) {
  std::string html =
      "<p>Rows: true genres. Columns: predicted genres. The stronger the colour, the larger the "
      "share of the row.</p>\n<div class=\"scroll\"><table "
      "class=\"confusion\"><thead><tr><th></th>";
  for (const std::string& label : report.labels) {
    html += fmt::format("<th scope=\"col\">{}</th>", base::html_escaped(label));
  }
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < report.labels.size(); ++i) {
    const auto& row = report.metrics.confusion[i];
    std::size_t total = 0;
    for (const std::size_t count : row) total += count;
    html += fmt::format("<tr><th scope=\"row\">{}</th>", base::html_escaped(report.labels[i]));
    for (const std::size_t count : row) {
      const double share = total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total);
      html += fmt::format("<td style=\"background: rgba(var(--blue), {:.2f})\">{}</td>",
                          0.6 * share, count);
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string genre_bars(const Report& report) {
  std::string html =
      "<p>Recall: the share of the clips of a genre that are predicted as this genre. Precision: "
      "the share of the clips predicted as a genre that are of this genre.</p>\n"
      "<div class=\"scroll\"><table "
      "class=\"bars\"><thead><tr><th></th><th scope=\"col\">recall</th><th "
      "scope=\"col\">precision</th><th scope=\"col\">F1</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < report.labels.size(); ++i) {
    const GenreMetrics& genre = report.metrics.genres[i];
    html += fmt::format("<tr><th scope=\"row\">{}</th>", base::html_escaped(report.labels[i]));
    for (const double value : {genre.recall, genre.precision, genre.f1}) {
      html += fmt::format("<td><span class=\"bar\" style=\"width: {:.1f}rem\"></span> {:.2f}</td>",
                          8 * value, value);
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string confidence_figure(const Report& report) {
  if (!report.confidence) return "";
  const auto& tracks = report.confidence->tracks;
  return fmt::format(
      "<div><b>{:.0f} %</b> of tracks with a confident prediction<br><small>{:.0f} % of these are "
      "correct{}</small></div>\n",
      100 * tracks.share(), 100 * tracks.accuracy(),
      report.others ? "; " + others_summary(*report.others) : "");
}

std::string protocols_section(const Report& report) {
  if (report.beside.empty()) return "";
  std::string html =
      "<h2>By protocol</h2>\n<p>Figures of tracks. source-out: of collections that were not in the "
      "training data. By artist: of artists that were not in the training data.</p>\n"
      "<div class=\"scroll\"><table><thead><tr><th></th><th scope=\"col\">tracks</th><th "
      "scope=\"col\">accuracy</th><th scope=\"col\">balanced accuracy</th><th "
      "scope=\"col\">macro F1</th></tr></thead><tbody>\n";
  const auto add = [&html](const std::string& protocol, const Metrics& metrics) {
    html += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{:.1f} %</td><td>{:.1f} %</td><td>{:.3f}</td>"
        "</tr>\n",
        base::html_escaped(protocol), metrics.n_tracks, 100 * metrics.track_accuracy,
        100 * metrics.track_averages.balanced_accuracy, metrics.track_averages.macro_f1);
  };
  add(report.protocol, report.metrics);
  for (const auto& [protocol, metrics] : report.beside) add(protocol, metrics);
  return html + "</tbody></table></div>\n";
}

std::string certainty_section(const Report& report) {
  const Metrics& metrics = report.metrics;
  if (!metrics.certainty_curve) return "";
  return "<h2>Certainty</h2>\n<p>How well the certainty of a track tells right predictions from "
         "wrong ones. The dot marks the predictions that are confident.</p>\n" +
         certainty_plots(*metrics.certainty_curve, report.confidence, metrics.track_accuracy);
}

std::string learning_section(const Report& report) {
  const std::string plot = learning_curve_plot(report.learning_curve);
  if (plot.empty()) return "";
  return "<h2>Learning curve</h2>\n<p>If the validation loss rises while the training loss falls, "
         "the model overfits. If the accuracy still rises at the end, longer training may "
         "help.</p>\n" +
         plot;
}

}  // namespace

std::string to_html(const Report& report) {
  const Metrics& metrics = report.metrics;
  const std::string words = warning(report);
  const std::string title =
      fmt::format("{} on {}", base::html_escaped(report.model), base::html_escaped(report.data));
  return fmt::format(
             "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
             "name=\"viewport\" content=\"width=device-width, "
             "initial-scale=1\">\n<title>{}</title>\n<style>{}</style></head><body>\n<main><h1>{}"
             "</h1>\n<p>{}. The model was trained on {}.</p>\n{}<div class=\"figures\">\n",
             title, kStyle, title, base::html_escaped(report.protocol),
             base::html_escaped(report.trained_on),
             words.empty() ? "" : "<p class=\"warning\">" + base::html_escaped(words) + "</p>\n") +
         figure(metrics.track_accuracy, metrics.track_interval, metrics.n_tracks, "tracks") +
         figure(metrics.clip_accuracy, metrics.clip_interval, metrics.n_clips, "clips") +
         fmt::format(
             "<div><b>{:.1f} %</b> balanced accuracy of tracks<br><small>macro F1 "
             "{:.3f}</small></div>\n",
             100 * metrics.track_averages.balanced_accuracy, metrics.track_averages.macro_f1) +
         confidence_figure(report) +
         fmt::format(
             "<div><b>{:.3f}</b> expected calibration error<br><small>of clips; {:.3f} of "
             "tracks</small></div>\n</div>\n",
             metrics.calibration_error, metrics.track_calibration_error) +
         protocols_section(report) + "<h2>Confusion matrix</h2>\n" + confusion_table(report) +
         "<h2>By genre</h2>\n" + genre_bars(report) +
         "<h2>Reliability</h2>\n<p>On the dashed line, certainty and accuracy are equal: of the "
         "clips with a certainty of 70 %, 70 % are predicted correctly. Below the line, the model "
         "is overconfident.</p>\n" +
         reliability_plot(metrics) + certainty_section(report) + learning_section(report) +
         "</main></body></html>\n";
}

}  // namespace genre::evaluate
