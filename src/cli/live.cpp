// genre live: predictions of what is heard right now.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/live_decoder.h"
#include "audio/mono_reader.h"
#include "base/interrupt.h"
#include "base/report_error.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/input.h"
#include "cli/live_output.h"
#include "cli/recorder.h"
#include "predict/live_prediction.h"

namespace genre::cli {
namespace {

struct LiveOptions {
  std::string input;   // "-", or empty
  std::string format;  // of samples without a header; empty: the first bytes show it
  int rate = 44100, channels = 1;
  std::string model;
  ForeignModelOptions foreign;
  WindowOptions windows;
  DecodeLimits limits;
  std::optional<std::size_t> top;
  std::size_t summary = 0;
  bool json = false;
};

std::optional<PcmFormat> pcm_of(const LiveOptions& options) {
  if (options.format.empty()) return std::nullopt;
  using enum PcmFormat::Encoding;
  return PcmFormat{.encoding = options.format == "s16le" ? kInt16 : kFloat32,
                   .sample_rate = options.rate,
                   .channels = options.channels};
}

std::unique_ptr<LiveOutput> make_output(const LiveOptions& options, const ModelInfo& model) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max(), kBars = 5;
  if (isatty(STDOUT_FILENO) == 0 || options.json) {
    return json_lines(model, options.top.value_or(kAll), options.summary);
  }
  return bar_chart(options.top.value_or(kBars));
}

// Predicts until the end of the audio. Returns the error that ended it, if it was one.
Result<void> predict_all(const AudioFile& stream, const std::shared_ptr<const Model>& model,
                         const LiveOptions& options, LiveOutput& output) {
  auto reader = audio::MonoReader::open(stream, audio::without_end(options.limits));
  if (!reader) return tl::make_unexpected(std::move(reader.error()));
  Predictor predictor(model);
  predict::LivePrediction live(model->info(), reader->info().sample_rate, options.windows);
  const auto summary = [&] {
    Prediction prediction = live.summary(predictor);
    prediction.audio = reader->info();
    return prediction;
  };
  bool read_on = true;  // somebody reads the output
  const auto show = [&](const Segment& window) {
    read_on = read_on && output.window(window, summary());
  };
  std::array<float, 512> samples{};
  Result<std::size_t> n = 0;
  do {
    n = reader->read_some(samples);
    live.push(std::span(samples).first(n.value_or(0)), predictor, show);
  } while (n && *n > 0 && read_on);
  live.finish(predictor, show);
  Prediction end = summary();
  const auto warnings = reader->warnings().list();
  end.warnings.insert(end.warnings.begin(), warnings.begin(), warnings.end());
  if (!read_on) return {};
  if (end.duration > 0 && !output.end(end)) return {};
  if (!n && n.error().code != ErrorCode::kCancelled) return tl::make_unexpected(n.error());
  return {};
}

int run(const LiveOptions& options) {
  const auto failed = [](const Error& error) {
    base::report_error("genre live", error.message);
    return 1;
  };
  const auto model = load_model(options.model, options.foreign);
  if (!model) return failed(model.error());
  if (const auto live = predict::check_live((*model)->info()); !live) return failed(live.error());
  AudioFile stream = AudioFile::stream(STDIN_FILENO);
  std::optional<Recorder> recorder;
  if (options.input.empty() && isatty(STDIN_FILENO) != 0) {
    auto started = Recorder::start();
    if (!started) return failed(started.error());
    recorder.emplace(std::move(*started));
    stream = AudioFile::stream(recorder->output()).with_pcm(Recorder::format());
  } else if (const auto pcm = pcm_of(options)) {
    stream = stream.with_pcm(*pcm);
  }
  const base::Interrupt interrupt("The audio ends here. A second signal ends the program at once.");
  const auto output = make_output(options, (*model)->info());
  const auto predicted = predict_all(stream, *model, options, *output);
  if (predicted) return 0;
  if (interrupt.happened()) return base::kInterrupted;  // before there was any audio
  return failed(predicted.error());
}

}  // namespace

void add_live(CLI::App& app, int& status) {
  auto options = std::make_shared<LiveOptions>();
  CLI::App* command = app.add_subcommand(
      "live",
      "Predict the genre of audio while it arrives: of standard input, or of the microphone\n\n"
      "Writes a line of JSON for each window and a summary at the end, or draws a chart on a "
      "terminal. Ctrl-C ends the audio. Without an argument, a terminal as standard input means "
      "the microphone, which arecord or ffmpeg records. The audio may be WAV, FLAC, MP3, Ogg, AAC "
      "(ADTS), WebM, or samples without a header.\n\n"
      "Example: ffmpeg -i http://radio.example/stream -f wav - | genre live -");
  command->add_option("input", options->input, "- for standard input")
      ->check(CLI::IsMember(std::vector<std::string>{"-"}));
  command
      ->add_option("--format", options->format,
                   "Of samples without a header, interleaved and little-endian: f32le or s16le")
      ->check(CLI::IsMember(std::vector<std::string>{"f32le", "s16le"}));
  command->add_option("--rate", options->rate, "Samples per second and channel, with --format")
      ->check(CLI::Range(1000, 768000))
      ->capture_default_str();
  command->add_option("--channels", options->channels, "Channels, with --format")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option("--summary", options->summary,
                   "Also write the summary so far after this number of windows")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--top", options->top, "Number of genres (default: 5 bars, or all in JSON)")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--hop", options->windows.hop,
                   "Seconds between the starts of consecutive windows (3 with the built-in models)")
      ->check(CLI::Range(0.1, 3600.0));
  command->add_flag("--json", options->json, "Lines of JSON also on a terminal");
  command->add_option("--model", options->model,
                      "ONNX model file, or a built-in model: default or seed");
  add_foreign_model_options(*command, options->foreign);
  add_formats_option(*command, options->limits.allow_ffmpeg);
  add_strict_option(*command, options->limits.strict);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
