// Errors of the library as Python's exceptions.
#pragma once

#include <nanobind/nanobind.h>

#include <utility>

#include "genre/result.h"

namespace genre::python {

// Becomes the exception that genre._errors.exception(code, message) returns.
struct Failure {
  Error error;
};

template <typename T>
[[nodiscard]] T value_of(Result<T>&& result) {
  if (!result) throw Failure{std::move(result.error())};
  return std::move(*result);
}

// Calls f without the GIL, so that other threads of Python run meanwhile, and returns the value of
// its Result. f must not use objects of Python.
template <typename F>
[[nodiscard]] auto without_gil(const F& f) {
  const nanobind::gil_scoped_release released;
  return value_of(f());
}

void translate_failures();

}  // namespace genre::python
