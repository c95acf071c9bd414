// genre embed: what a network makes of the windows of audio files.
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/report_error.h"
#include "base/shortest.h"
#include "batch/npy.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/input.h"
#include "cli/window_rows.h"
#include "genre/audio.h"
#include "model/shape.h"
#include "predict/embedding.h"
#include "predict/excerpts.h"
#include "predict/json.h"
#include "predict/windows.h"

namespace genre::cli {
namespace {

struct EmbedOptions {
  BatchOptions batch{.command = "embed"};
  ForeignModelOptions foreign;
  std::string network;
  std::vector<std::string> outputs;
  std::optional<std::size_t> excerpts;
  double seconds = 10;           // of an excerpt
  std::optional<double> window;  // s; the network's by default
  DecodeLimits limits;
  unsigned track = 0;  // 0: the default one
};

struct FileEmbedding {
  std::vector<WindowRow> rows;
  std::vector<Warning> warnings;
};

Result<void> embed_windows(AudioStream& stream, const WindowOptions& windows, int sr,
                           predict::Embedding& embedding, const std::stop_token& stop,
                           std::vector<WindowRow>& rows) {
  return predict::for_each_window(stream, sr, windows, stop,
                                  [&](const predict::WindowReader::Window& window) {
                                    rows.push_back({window.start, window.end,
                                                    embedding.compute({.y = window.y, .sr = sr})});
                                  })
      .map([](double) {});
}

// One row: the mean over pieces that are spread over the file.
Result<void> embed_excerpts(AudioStream& stream, const NetworkInput::Excerpts& options, int sr,
                            predict::Embedding& embedding, std::vector<WindowRow>& rows) {
  predict::Excerpts excerpts(options, sr);
  std::vector<float> block(std::size_t{1} << 16);
  std::size_t n_samples = 0;
  for (std::size_t n = block.size(); n == block.size();) {
    const auto read = stream.read(block);
    if (!read) return tl::make_unexpected(read.error());
    n = *read;
    n_samples += n;
    excerpts.add(std::span(block).first(n));
  }
  WindowRow& row = rows.emplace_back(WindowRow{0, static_cast<double>(n_samples) / sr, {}});
  const auto pieces = excerpts.pieces();
  for (const auto piece : pieces) {
    const auto values = embedding.compute({.y = piece, .sr = sr});
    row.values.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      row.values[i] += values[i] / static_cast<float>(pieces.size());
    }
  }
  return {};
}

Result<FileEmbedding> embed(const AudioFile& file, const EmbedOptions& options,
                            const ModelInfo& network, predict::Embedding& embedding,
                            const std::stop_token& stop) {
  const int sr = network.sample_rate();
  auto stream = AudioStream::open(file.with_track(options.track), sr, options.limits);
  if (!stream) return tl::make_unexpected(stream.error());
  FileEmbedding result;
  const WindowOptions windows = {.window = options.window.value_or(network.window),
                                 .hop = options.window.value_or(network.hop)};
  const auto embedded =
      options.excerpts
          ? embed_excerpts(*stream, {.n = *options.excerpts, .seconds = options.seconds}, sr,
                           embedding, result.rows)
          : embed_windows(*stream, windows, sr, embedding, stop, result.rows);
  if (!embedded) return tl::make_unexpected(embedded.error());
  result.warnings = stream->warnings();
  return result;
}

nlohmann::ordered_json json_of(const std::string& file, const std::string& network,
                               const FileEmbedding& result) {
  auto windows = nlohmann::ordered_json::array();
  for (const WindowRow& row : result.rows) {
    auto values = nlohmann::ordered_json::array();
    for (const float value : row.values) values.push_back(base::shortest(value));
    windows.push_back({{"start", row.start}, {"end", row.end}, {"embedding", std::move(values)}});
  }
  return {{"file", file},
          {"network", network},
          {"windows", std::move(windows)},
          {"warnings", predict::warnings_json(result.warnings)}};
}

std::string npy_of(const FileEmbedding& result) {
  std::string bytes = batch::npy_header(result.rows.size(), result.rows.front().values.size());
  for (const WindowRow& row : result.rows) batch::append_npy(bytes, row.values);
  return bytes;
}

batch::Record to_record(const EmbedOptions& options, const std::string& file,
                        const std::string& network, const FileEmbedding& result) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  batch::Record record;
  switch (options.batch.output.format) {
    case batch::OutputFormat::kNpy:
      record.text = npy_of(result);
      break;
    case batch::OutputFormat::kJsonl:
      record.json = json_of(file, network, result);
      break;
    default:
      record.rows = window_cells(file, result.rows, result.warnings);
  }
  return record;
}

int run(EmbedOptions& options) {
  const auto network = load_network(options.network, options.foreign);
  if (!network) {
    base::report_error("genre embed", network.error().message);
    return 1;
  }
  const ModelInfo& info = (*network)->info();
  if (options.outputs.empty()) options.outputs = {info.outputs.certainties};
  NetworkInput input;
  input.network = info.name;
  input.outputs = options.outputs;
  const auto n_values = model::output_size(input, **network);
  if (!n_values) {
    base::report_error("genre embed", n_values.error().message);
    return 1;
  }
  options.batch.output.table = "embeddings";
  options.batch.output.columns = window_columns(predict::embedding_names(*n_values));
  options.batch.output.n_key = 2;  // file and start
  return run_batch(options.batch, [&](const std::stop_token& stop) -> FileWorker {
    auto embedding = std::make_shared<predict::Embedding>(input, **network);
    return [&, embedding, stop](const std::string& file) {
      const auto result = open_input(file).and_then(
          [&](const AudioFile& audio) { return embed(audio, options, info, *embedding, stop); });
      if (!result) {
        FileOutcome outcome = failed(options.batch, file, result.error());
        if (options.batch.output.format == batch::OutputFormat::kNpy) outcome.record.text.clear();
        return outcome;
      }
      return FileOutcome{.record = to_record(options, file, info.name, *result),
                         .error = {},
                         .audio = result->rows.back().end,
                         .warnings = result->warnings};
    };
  });
}

}  // namespace

void add_embed(CLI::App& app, int& status) {
  auto options = std::make_shared<EmbedOptions>();
  CLI::App* command =
      app.add_subcommand("embed", "Compute the output of a pretrained network for audio files");
  add_batch_options(*command, options->batch,
                    {batch::OutputFormat::kJsonl, batch::OutputFormat::kCsv,
                     batch::OutputFormat::kSqlite, batch::OutputFormat::kNpy});
  command
      ->add_option("--embedding", options->network,
                   "The network: an ONNX file, or the name of one from genre model pull")
      ->required();
  command
      ->add_option("--outputs", options->outputs,
                   "Outputs of the network, separated by commas; several are put one after the "
                   "other (default: the first one)")
      ->delimiter(',');
  auto* window =
      command
          ->add_option("--window", options->window,
                       "Window length in seconds (default: as long as the network's patch)")
          ->check(CLI::Range(0.1, 60.0));
  command
      ->add_option("--excerpts", options->excerpts,
                   "One row for each file: the mean over this number of pieces, spread evenly over "
                   "the file (default: a row for each window)")
      ->check(CLI::Range(1, 100))
      ->excludes(window);
  command->add_option("--seconds", options->seconds, "Length of a piece, with --excerpts")
      ->check(CLI::Range(0.1, 60.0))
      ->capture_default_str();
  add_foreign_model_options(*command, options->foreign);
  add_formats_option(*command, options->limits.allow_ffmpeg);
  add_strict_option(*command, options->limits.strict);
  add_stream_option(*command, options->track);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
