// genre._genre: the library's functions for the package genre, which checks and documents them.
#include <nanobind/nanobind.h>

#include "bindings.h"
#include "errors.h"

NB_MODULE(_genre, module) {
  module.doc() = "The C++ library of genre. Use the package genre instead.";
  module.attr("version") = GENRE_VERSION;
  genre::python::translate_failures();
  genre::python::bind_audio(module);
  genre::python::bind_options(module);
  genre::python::bind_features(module);
  genre::python::bind_predictor(module);
}
