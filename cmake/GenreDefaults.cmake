# Compiler settings shared by every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# The installed library is a shared one, made of the objects of several rooms. It exports only what
# include/genre declares: those headers set the visibility of their declarations to default.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(GENRE_WERROR "Treat warnings as errors" OFF)
set(GENRE_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

# Options for every target of the project: warnings, and sanitizers if enabled.
add_library(genre_warnings INTERFACE)
target_compile_options(genre_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<BOOL:${GENRE_WERROR}>:-Werror>
  # A unity build joins files, so that a local name of one may hide another file's.
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow>
  $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
add_library(genre_build_options INTERFACE)
target_link_libraries(genre_build_options INTERFACE genre_warnings)
if(GENRE_SANITIZE)
  target_compile_options(genre_build_options INTERFACE
    -fsanitize=${GENRE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # With a sanitizer, GCC gives false warnings for Boost's optional and <regex> (GCC bug 105562).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # Clang 14 cannot check function types in code with coroutines.
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
  target_link_options(genre_build_options INTERFACE -fsanitize=${GENRE_SANITIZE})
endif()

# genre_add_library(NAME SOURCES... [PUBLIC libs...] [PRIVATE libs...])
function(genre_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                     PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:genre_build_options>
                                ${arg_PRIVATE})
endfunction()
