// The parts of the module.
#pragma once

#include <nanobind/nanobind.h>

namespace genre::python {

void bind_audio(nanobind::module_& module);      // AudioFile, load
void bind_options(nanobind::module_& module);    // StftOptions, MelOptions
void bind_features(nanobind::module_& module);   // librosa's functions
void bind_predictor(nanobind::module_& module);  // Model, Predictor, feature_names

}  // namespace genre::python
