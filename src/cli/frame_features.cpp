#include "cli/frame_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/memory.h"
#include "base/report_error.h"
#include "base/shortest.h"
#include "batch/npy.h"
#include "batch/prediction_row.h"
#include "cli/input.h"
#include "predict/json.h"

namespace genre::cli {
namespace {

using Values = Result<Matrix<float>>;
using Samples = std::span<const float>;

librosa::SpectralOptions spectral(const FrameOptions& o) {
  return {.sr = o.mel.sr, .stft = o.mel.stft};
}

librosa::FrameOptions framing(const FrameOptions& o) {
  return {.frame_length = o.mel.stft.n_fft, .hop_length = o.mel.stft.hop_length};
}

Values chroma_stft(Samples y, const FrameOptions& o) {
  librosa::ChromaOptions options;
  options.sr = o.mel.sr;
  options.stft = o.mel.stft;
  options.n_chroma = o.n_chroma;
  return librosa::chroma_stft(y, options);
}

Values mfcc(Samples y, const FrameOptions& o) {
  return librosa::mfcc(y, {.mel = o.mel, .n_mfcc = o.n_mfcc});
}

using Function = Values (*)(Samples, const FrameOptions&);

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> all = {
      {"chroma_stft", chroma_stft},
      {"melspectrogram",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::melspectrogram(y, o.mel);
       }},
      {"mfcc", mfcc},
      {"onset_strength",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::onset_strength(y, {.mel = o.mel});
       }},
      {"poly_features",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::poly_features(y, spectral(o));
       }},
      {"rms",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::rms(y, framing(o), o.mel.stft.pad_mode);
       }},
      {"spectral_bandwidth",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::spectral_bandwidth(y, spectral(o));
       }},
      {"spectral_centroid",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::spectral_centroid(y, spectral(o));
       }},
      {"spectral_contrast",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::spectral_contrast(y, spectral(o));
       }},
      {"spectral_flatness",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::spectral_flatness(y, o.mel.stft);
       }},
      {"spectral_rolloff",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::spectral_rolloff(y, spectral(o));
       }},
      {"tonnetz",
       [](Samples y, const FrameOptions& o) -> Values {
         return chroma_stft(y, o).map(librosa::tonnetz);
       }},
      {"zero_crossing_rate",
       [](Samples y, const FrameOptions& o) -> Values {
         return librosa::zero_crossing_rate(y, framing(o));
       }},
  };
  return all;
}

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const auto& [name, function] : functions()) result.push_back(name);
  return result;
}

// The matrices of the requested features, in their order.
Result<std::vector<Matrix<float>>> compute(Samples y, const FrameOptions& options) {
  std::vector<Matrix<float>> result;
  for (const std::string& name : options.features) {
    auto values = functions().at(name)(y, options);
    if (!values) {
      return fail(values.error().code, fmt::format("{}: {}", name, values.error().message));
    }
    result.push_back(std::move(*values));
  }
  return result;
}

// file, start, mfcc1, mfcc2 ... warnings, error. A short clip of silence shows how many rows the
// features have, and whether the parameters are valid.
Result<std::vector<std::string>> columns(const FrameOptions& options) {
  return compute(std::vector<float>(2 * options.mel.stft.n_fft + 2), options)
      .map([&](const std::vector<Matrix<float>>& features) {
        std::vector<std::string> result = {"file", "start"};
        for (std::size_t i = 0; i < features.size(); ++i) {
          for (std::size_t row = 1; row <= features[i].n_rows; ++row) {
            result.push_back(options.features[i] +
                             (features[i].n_rows == 1 ? "" : std::to_string(row)));
          }
        }
        result.emplace_back("warnings");
        result.emplace_back("error");
        return result;
      });
}

nlohmann::ordered_json json_of(const std::string& file, const AudioBuffer& audio,
                               const FrameOptions& options,
                               const std::vector<Matrix<float>>& features) {
  auto json = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < features.size(); ++i) {
    auto& rows = json[options.features[i]] = nlohmann::ordered_json::array();
    for (std::size_t row = 0; row < features[i].n_rows; ++row) {
      auto& values = rows.emplace_back(nlohmann::ordered_json::array());
      for (const float value : features[i].row(row)) values.push_back(base::shortest(value));
    }
  }
  return {{"file", file},
          {"sample_rate", audio.info.sample_rate},
          {"sr", options.mel.sr},
          {"hop_length", options.mel.stft.hop_length},
          {"features", std::move(json)},
          {"warnings", predict::warnings_json(audio.warnings)}};
}

std::vector<std::vector<batch::Value>> rows_of(const std::string& file, const AudioBuffer& audio,
                                               const FrameOptions& options,
                                               const std::vector<Matrix<float>>& features) {
  std::vector<std::vector<batch::Value>> rows;
  for (std::size_t t = 0; t < features.front().n_columns; ++t) {
    const double start =
        static_cast<double>(t * options.mel.stft.hop_length) / static_cast<double>(options.mel.sr);
    auto& row = rows.emplace_back(std::vector<batch::Value>{file, start});
    for (const Matrix<float>& feature : features) {
      for (std::size_t i = 0; i < feature.n_rows; ++i) row.emplace_back(feature.row(i)[t]);
    }
    // The warnings are about the file, so the first row has them.
    row.push_back(t == 0 ? batch::warnings_cell(audio.warnings) : batch::Value());
    row.emplace_back();
  }
  return rows;
}

// The rows of all features, [n_rows, n_frames].
std::string npy_of(const std::vector<Matrix<float>>& features) {
  std::size_t n_rows = 0;
  for (const Matrix<float>& feature : features) n_rows += feature.n_rows;
  std::string file = batch::npy_header(n_rows, features.front().n_columns);
  for (const Matrix<float>& feature : features) batch::append_npy(file, feature.values);
  return file;
}

Result<AudioBuffer> read_all(const std::string& path, unsigned track, int sr,
                             const DecodeLimits& limits) {
  const auto file = open_input(path);
  if (!file) return tl::make_unexpected(file.error());
  auto stream = AudioStream::open(file->with_track(track), sr, limits);
  if (!stream) return tl::make_unexpected(stream.error());
  AudioBuffer buffer{.y = {}, .sr = sr, .info = stream->info(), .warnings = {}};
  constexpr std::size_t kBlock = 65536;
  for (std::size_t n = kBlock; n == kBlock;) {
    const std::size_t before = buffer.y.size();
    buffer.y.resize(before + kBlock);
    const auto read = stream->read(std::span(buffer.y).subspan(before));
    if (!read) return tl::make_unexpected(read.error());
    n = *read;
    buffer.y.resize(before + n);
  }
  buffer.warnings = stream->warnings();
  return buffer;
}

}  // namespace

void add_frame_options(CLI::App& app, FrameOptions& options) {
  app.add_option("--feature", options.features,
                 "--frames: features to compute, separated by commas, with librosa's names")
      ->delimiter(',')
      ->check(CLI::IsMember(names()))
      ->capture_default_str();
  const auto add = [&](const char* flag, auto& value, const char* help) {
    return app.add_option(flag, value, help)->capture_default_str();
  };
  add("--sr", options.mel.sr, "--frames: sample rate in Hz to which the audio is resampled")
      ->check(CLI::Range(1000, 384000));
  add("--n-fft", options.mel.stft.n_fft, "--frames: samples of a frame")
      ->check(CLI::Range(2, 65536));
  add("--hop-length", options.mel.stft.hop_length, "--frames: samples between frames");
  add("--win-length", options.mel.stft.win_length, "--frames: samples of the window; 0: --n-fft");
  add("--n-mels", options.mel.n_mels, "--frames: number of mel bands");
  add("--fmin", options.mel.fmin, "--frames: lowest frequency of the mel bands in Hz");
  add("--fmax", options.mel.fmax, "--frames: highest frequency of the mel bands in Hz; 0: sr / 2");
  add("--n-mfcc", options.n_mfcc, "--frames: number of MFCCs");
  add("--n-chroma", options.n_chroma, "--frames: number of pitch classes");
}

int run_frames(BatchOptions& batch, const FrameOptions& options, unsigned track,
               const DecodeLimits& limits) {
  const auto names_of_columns = columns(options);
  if (!names_of_columns) {
    base::report_error("genre features", names_of_columns.error().message);
    return 1;
  }
  batch.output.table = "frames";
  batch.output.columns = *names_of_columns;
  batch.output.n_key = 2;  // file and start
  return run_batch(batch, [&](const std::stop_token&) -> FileWorker {
    return [&](const std::string& file) {
      const base::WaitForMemory waits;  // JSON values allocate even in their destructors
      const auto audio = read_all(file, track, options.mel.sr, limits);
      const auto features =
          audio ? compute(audio->y, options)
                : Result<std::vector<Matrix<float>>>(tl::make_unexpected(audio.error()));
      if (!features) {
        FileOutcome outcome = failed(batch, file, features.error());
        if (batch.output.format == batch::OutputFormat::kNpy) outcome.record.text.clear();
        return outcome;
      }
      FileOutcome outcome{.record = {},
                          .error = {},
                          .audio = static_cast<double>(audio->y.size()) / audio->sr,
                          .warnings = audio->warnings};
      if (batch.output.format == batch::OutputFormat::kNpy) {
        outcome.record.text = npy_of(*features);
      } else if (batch.output.format == batch::OutputFormat::kJsonl) {
        outcome.record.json = json_of(file, *audio, options, *features);
      } else {
        outcome.record.rows = rows_of(file, *audio, options, *features);
      }
      return outcome;
    };
  });
}

}  // namespace genre::cli
