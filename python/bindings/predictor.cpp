// Model, Predictor and the names of features.
#include "genre/predictor.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "audio_source.h"
#include "bindings.h"
#include "errors.h"

namespace genre::python {
namespace {

FeatureSet feature_set_of(const std::string& name) {
  if (const auto feature_set = parse_feature_set(name)) return *feature_set;
  throw Failure{{.code = ErrorCode::kBadParameter,
                 .message = "feature_set is \"" + name + "\"; it must be gtzan26 or texture"}};
}

// Whatever is wrong with a model, also a network that is not installed, is one kind of error.
Result<std::shared_ptr<const Model>> as_bad_model(Result<std::shared_ptr<const Model>>&& model) {
  if (!model && model.error().code != ErrorCode::kOutOfMemory) {
    model.error().code = ErrorCode::kBadModel;
  }
  return std::move(model);
}

std::shared_ptr<const Model> load_model(const nb::bytes& onnx) {
  const std::span bytes(static_cast<const std::byte*>(onnx.data()), onnx.size());
  return without_gil([&] { return as_bad_model(Model::load(bytes, find_installed_network)); });
}

std::shared_ptr<const Model> best_model() {
  return without_gil([] { return as_bad_model(Model::best(find_installed_network)); });
}

Prediction predict(Predictor& predictor, const AudioSource& source, std::optional<double> hop,
                   double duration, std::optional<std::size_t> excerpts, std::size_t n_tags) {
  const WindowOptions options{
      .hop = hop, .duration = duration, .excerpts = excerpts, .n_tags = n_tags};
  return without_gil([&] { return predictor.predict(source.file(), options); });
}

// The features of each segment, [n_segments, n_features], and whether it is silent.
auto features(Predictor& predictor, const AudioSource& source, const std::string& feature_set,
              double hop, double duration) {
  const WindowOptions options{.hop = hop,
                              .duration = duration,
                              .keep_features = true,
                              .feature_set = feature_set_of(feature_set)};
  const auto prediction = without_gil([&] { return predictor.predict(source.file(), options); });
  Matrix<float> rows(prediction.segments.size(), feature_names(prediction.feature_set).size());
  std::vector<bool> silent;
  for (std::size_t i = 0; i < rows.n_rows; ++i) {
    std::ranges::copy(prediction.segments[i].features, rows.row(i).begin());
    silent.push_back(prediction.segments[i].silent);
  }
  return std::pair(to_numpy(std::move(rows)), std::move(silent));
}

void bind_results(nb::module_& module) {
  nb::class_<Tag>(module, "Tag")
      .def_ro("name", &Tag::name)
      .def_ro("probability", &Tag::probability);
  nb::class_<Warning>(module, "Warning")
      .def_prop_ro("code",
                   [](const Warning& warning) { return std::string(to_string(warning.code)); })
      .def_ro("message", &Warning::message)
      .def_ro("start", &Warning::from)
      .def_ro("end", &Warning::to);
  nb::class_<Segment>(module, "Segment")
      .def_ro("start", &Segment::start)
      .def_ro("end", &Segment::end)
      .def_ro("certainties", &Segment::certainties)
      .def_ro("silent", &Segment::silent);
  nb::class_<Prediction>(module, "Prediction")
      .def_ro("labels", &Prediction::labels)
      .def_ro("certainties", &Prediction::certainties)
      .def_ro("confident", &Prediction::confident)
      .def_ro("none_of_these", &Prediction::none_of_these)
      .def_ro("tags", &Prediction::tags)
      .def_ro("segments", &Prediction::segments)
      .def_ro("excerpts", &Prediction::excerpts)
      .def_ro("duration", &Prediction::duration)
      .def_prop_ro("sample_rate",
                   [](const Prediction& prediction) { return prediction.audio.sample_rate; })
      .def_ro("warnings", &Prediction::warnings);
}

}  // namespace

void bind_predictor(nb::module_& module) {
  bind_results(module);
  nb::class_<Model>(module, "Model")
      .def_static("load", &load_model, nb::arg("onnx"))
      .def_static("builtin", &Model::builtin)
      .def_static("best", &best_model)
      .def_static("seed", &Model::seed)
      .def_prop_ro("name", [](const Model& model) { return model.info().name; })
      .def_prop_ro("labels", [](const Model& model) { return model.info().labels; });
  nb::class_<Predictor>(module, "Predictor")
      .def(
          "__init__",
          [](Predictor* self, std::shared_ptr<const Model> model, bool strict) {
            new (self) Predictor(std::move(model), DecodeLimits{.strict = strict});
          },
          nb::arg("model"), nb::arg("strict"))
      .def("predict", &predict, nb::arg("file"), nb::arg("hop").none(), nb::arg("duration"),
           nb::arg("excerpts").none(), nb::arg("n_tags"))
      .def("features", &features, nb::arg("file"), nb::arg("feature_set"), nb::arg("hop"),
           nb::arg("duration"));
  module.def(
      "feature_names",
      [](const std::string& feature_set) {
        const auto names = feature_names(feature_set_of(feature_set));
        return std::vector<std::string>(names.begin(), names.end());
      },
      nb::arg("feature_set"));
}

}  // namespace genre::python
