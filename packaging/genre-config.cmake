# find_package(genre): the target genre::genre, a shared library.
include(CMakeFindDependencyMacro)
find_dependency(tl-expected)
include(${CMAKE_CURRENT_LIST_DIR}/genre-targets.cmake)
