#include "errors.h"

#include <nanobind/stl/string.h>

#include <exception>
#include <string>

namespace genre::python {
namespace nb = nanobind;

void translate_failures() {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      const nb::object exception =
          nb::module_::import_("genre._errors")
              .attr("exception")(std::string(to_string(failure.error.code)), failure.error.message);
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
    }
  });
}

}  // namespace genre::python
