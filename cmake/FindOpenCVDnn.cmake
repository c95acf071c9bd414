# Finds OpenCV's core and dnn modules and defines OpenCVDnn::OpenCVDnn. OpenCV's own CMake package is
# part of libopencv-dev, which is twenty times as large as libopencv-dnn-dev.
find_path(OpenCVDnn_INCLUDE_DIR opencv2/dnn.hpp PATH_SUFFIXES opencv4)
find_library(OpenCVDnn_LIBRARY opencv_dnn)
find_library(OpenCVDnn_CORE_LIBRARY opencv_core)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVDnn
  REQUIRED_VARS OpenCVDnn_LIBRARY OpenCVDnn_CORE_LIBRARY OpenCVDnn_INCLUDE_DIR)

if(OpenCVDnn_FOUND AND NOT TARGET OpenCVDnn::OpenCVDnn)
  add_library(OpenCVDnn::OpenCVDnn UNKNOWN IMPORTED)
  set_target_properties(OpenCVDnn::OpenCVDnn PROPERTIES
    IMPORTED_LOCATION ${OpenCVDnn_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${OpenCVDnn_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES ${OpenCVDnn_CORE_LIBRARY})
endif()
mark_as_advanced(OpenCVDnn_INCLUDE_DIR OpenCVDnn_LIBRARY OpenCVDnn_CORE_LIBRARY)
